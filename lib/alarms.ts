import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { RECONCILE_EVERY_MINUTES } from '../core/reconciliation/reconcile.ts';

export interface AlarmsProps {
  readonly deadLetters: IQueue;
  readonly stateMachine: CfnStateMachine;
  /** At most ten of each: an alarm takes no expression of more metrics. */
  readonly apiFunctions: Readonly<Record<string, IFunction>>;
  readonly workflowFunctions: Readonly<Record<string, IFunction>>;
  readonly reconciler: IFunction;
  readonly api: HttpApi;
  /** Notified when an alarm starts and ends. */
  readonly topicArn: string | undefined;
}

const PERIOD = Duration.minutes(5);

/** The alarms for operators. Each description states what happened and where to look. */
export class Alarms extends Construct {
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#topic = props.topicArn ? Topic.fromTopicArn(this, 'Topic', props.topicArn) : undefined;
    const { deadLetters, stateMachine, reconciler, api } = props;

    this.#alarm(
      'UndeliveredEvents',
      'An event is in the dead-letter queue: most likely an upload was completed, but its workflow could not be started.',
      deadLetters.metricApproximateNumberOfMessagesVisible({
        period: PERIOD,
        statistic: Stats.MAXIMUM,
      }),
    );
    const executions = (metricName: string) =>
      new Metric({
        namespace: 'AWS/States',
        metricName,
        dimensionsMap: { StateMachineArn: stateMachine.attrArn },
        statistic: Stats.SUM,
        period: PERIOD,
      });
    this.#alarm(
      'ExecutionsFailed',
      'An upload ended as failed, or its end could not be recorded: see the state machine.',
      executions('ExecutionsFailed'),
    );
    this.#alarm(
      'ExecutionsTimedOut',
      'An execution took longer than the workflow allows: its upload is stuck.',
      executions('ExecutionsTimedOut'),
    );
    this.#alarm(
      'ExecutionsThrottled',
      'State transitions are throttled: uploads wait. Ask for a higher quota of Step Functions.',
      executions('ExecutionThrottled'),
    );
    this.#alarm(
      'FunctionErrors',
      'A function of the API threw an error that it does not handle: see its log.',
      errorsOf(props.apiFunctions, 'Errors of the API’s functions'),
    );
    this.#alarm(
      'WorkflowFunctionErrors',
      'A function that the workflow or an event invokes threw an error: see its log.',
      errorsOf(props.workflowFunctions, 'Errors of the functions behind events'),
    );
    this.#alarm(
      'ReconcilerErrors',
      'The reconciler could not repair an upload, or could not run: its log names what was in the way.',
      reconciler.metricErrors({ period: PERIOD, statistic: Stats.SUM }),
    );
    const runs = Duration.minutes(RECONCILE_EVERY_MINUTES * 3);
    this.#alarm(
      'ReconcilerSilent',
      'The reconciler was not called for a quarter of an hour: its rule is switched off or may not call it.',
      reconciler.metricInvocations({ period: runs, statistic: Stats.SUM }),
      // Lambda publishes no metrics for a function without invocations.
      {
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      },
    );
    this.#alarm(
      'ApiFaults',
      'The API answered requests with 5xx: see the access log.',
      api.metricServerError({ period: PERIOD, statistic: Stats.SUM }),
    );
  }

  /** Alarms when `metric` is 1 or more in one period, unless `unlike` overrides that. */
  #alarm(
    id: string,
    alarmDescription: string,
    metric: IMetric,
    unlike: Partial<Pick<AlarmProps, 'comparisonOperator' | 'treatMissingData'>> = {},
  ): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...unlike,
    });
    if (!this.#topic) return;
    const action = new SnsAction(this.#topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

function errorsOf(functions: Readonly<Record<string, IFunction>>, label: string): MathExpression {
  return new MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(
      Object.values(functions).map((one, index) => [
        `errors${index}`,
        one.metricErrors({ period: PERIOD, statistic: Stats.SUM }),
      ]),
    ),
    period: PERIOD,
    label,
  });
}
