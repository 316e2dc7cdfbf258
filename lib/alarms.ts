import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  type Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { RECONCILE_EVERY_MINUTES, RECONCILER_FAULTS } from '../core/reconciliation/reconcile.ts';
import { type AlarmDefinition, addAlarm } from './alarm.ts';
import { METRICS_NAMESPACE } from './telemetry.ts';

export interface AlarmsProps {
  /** Events that EventBridge could not deliver. */
  readonly deadLetters: IQueue;
  /** Events whose function failed. */
  readonly failedInvocations: IQueue;
  /** At most ten of each: an alarm on a metric math expression can include up to ten metrics. */
  readonly apiFunctions: Readonly<Record<string, IFunction>>;
  readonly playbackFunctions: Readonly<Record<string, IFunction>>;
  readonly workflowFunctions: Readonly<Record<string, IFunction>>;
  readonly reconciler: IFunction;
  readonly api: HttpApi;
  /** Notified when an alarm starts and ends. */
  readonly recipient: ITopic | undefined;
  /** Executions of the workflow by the metric of Step Functions. */
  readonly executions: (metricName: string, period: Duration) => Metric;
}

const PERIOD = Duration.minutes(5);

/** The alarms for operators. Each description states what happened and where to look. */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  readonly #recipient: ITopic | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#recipient = props.recipient;
    const { deadLetters, reconciler, api } = props;

    this.#alarm(
      'UndeliveredEvents',
      'The dead-letter queue contains an event that could not be delivered. The workflow of an upload may not have started: see the message in the queue.',
      messagesIn(deadLetters),
    );
    this.#alarm(
      'FailedInvocations',
      'A function has failed for an event, and Lambda has stopped trying: see the message in the queue of failed invocations and the function’s log.',
      messagesIn(props.failedInvocations),
    );
    const executions = (metricName: string) => props.executions(metricName, PERIOD);
    this.#alarm(
      'ExecutionsFailed',
      'An upload failed, or its final status could not be recorded: see the failed execution of the state machine.',
      executions('ExecutionsFailed'),
    );
    this.#alarm(
      'ExecutionsTimedOut',
      'An execution exceeded the timeout of the workflow, so its upload makes no progress: see the execution.',
      executions('ExecutionsTimedOut'),
    );
    this.#alarm(
      'ExecutionsThrottled',
      'Step Functions throttles state transitions, so uploads are delayed. Request a quota increase for Step Functions.',
      executions('ExecutionThrottled'),
    );
    this.#alarm(
      'FunctionErrors',
      'A function of the API failed with an unhandled error: see its log.',
      errorsOf(props.apiFunctions, 'Errors of the API functions'),
    );
    this.#alarm(
      'PlaybackFunctionErrors',
      'A function of the API for finished videos failed with an unhandled error: see its log.',
      errorsOf(props.playbackFunctions, 'Errors of the functions of finished videos'),
    );
    this.#alarm(
      'WorkflowFunctionErrors',
      'A function that the workflow or an event rule invokes failed: see its log.',
      errorsOf(props.workflowFunctions, 'Errors of the workflow and event functions'),
    );
    this.#alarm(
      'ReconcilerErrors',
      'A run of the reconciler failed or timed out: see its log. The next run does the same work.',
      reconciler.metricErrors({ period: PERIOD, statistic: Stats.SUM }),
    );
    this.#alarm(
      'ReconcilerFaults',
      'The reconciler could not repair an upload: its log names the upload and the error. The next run tries again.',
      new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: RECONCILER_FAULTS,
        dimensionsMap: { service: 'reconcile-uploads', step: 'reconcile-uploads' },
        statistic: Stats.SUM,
        period: PERIOD,
      }),
    );
    const silentPeriod = Duration.minutes(RECONCILE_EVERY_MINUTES * 3);
    this.#alarm(
      'ReconcilerSilent',
      'The reconciler was not invoked for 15 minutes: check that its rule is enabled and has permission to invoke it.',
      reconciler.metricInvocations({ period: silentPeriod, statistic: Stats.SUM }),
      // Lambda publishes no metrics for a function without invocations.
      {
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      },
    );
    this.#alarm(
      'ApiFaults',
      'The API returned 5xx responses: see the access log.',
      api.metricServerError({ period: PERIOD, statistic: Stats.SUM }),
    );
  }

  #alarm(
    id: string,
    description: string,
    metric: IMetric,
    more: Partial<AlarmDefinition> = {},
  ): void {
    this.all.push(addAlarm(this, this.#recipient, { id, description, metric, ...more }));
  }
}

function messagesIn(queue: IQueue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({
    period: PERIOD,
    statistic: Stats.MAXIMUM,
  });
}

function errorsOf(functions: Readonly<Record<string, IFunction>>, label: string): MathExpression {
  return new MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(
      Object.values(functions).map((lambda, index) => [
        `errors${index}`,
        lambda.metricErrors({ period: PERIOD, statistic: Stats.SUM }),
      ]),
    ),
    period: PERIOD,
    label,
  });
}
