import type { HttpApi as HttpApiResource } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { AlarmRecipient } from './alarm-recipient.ts';
import { Alarms } from './alarms.ts';
import type { Configuration } from './configuration.ts';
import { CostAlarms } from './cost-alarms.ts';
import { MonthlyBudget } from './monthly-budget.ts';
import { OperationsDashboard } from './operations-dashboard.ts';

export interface OperationsProps {
  readonly configuration: Configuration;
  /** Events that EventBridge could not deliver. */
  readonly deadLetters: IQueue;
  /** Events whose function failed. */
  readonly failedInvocations: IQueue;
  readonly stateMachine: CfnStateMachine;
  /** At most ten of each: an alarm on a metric math expression can include up to ten metrics. */
  readonly apiFunctions: Readonly<Record<string, IFunction>>;
  readonly playbackFunctions: Readonly<Record<string, IFunction>>;
  readonly workflowFunctions: Readonly<Record<string, IFunction>>;
  readonly reconciler: IFunction;
  readonly http: { readonly api: HttpApiResource; readonly accessLog: LogGroup };
  readonly table: Table;
}

/** What operators look at and are told: alarms with their recipient, the budget, the dashboard. */
export class Operations extends Construct {
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const { configuration, stateMachine, http } = props;
    const { alarmEmail: email, alarmTopicArn: topicArn, monthlyBudget } = configuration;
    const { topic: recipient } = new AlarmRecipient(this, 'Recipient', { email, topicArn });
    const executions = (metricName: string, period: Duration) =>
      new Metric({
        namespace: 'AWS/States',
        metricName,
        dimensionsMap: { StateMachineArn: stateMachine.attrArn },
        statistic: Stats.SUM,
        period,
      });
    const alarms = new Alarms(this, 'Alarms', { ...props, api: http.api, recipient, executions });
    const costs = new CostAlarms(this, 'Costs', {
      recipient,
      limits: configuration.costAlarms,
      accessLog: http.accessLog,
      executions,
    });
    if (monthlyBudget > 0 && recipient) {
      new MonthlyBudget(this, 'Budget', { limit: monthlyBudget, recipient });
    }
    this.dashboardName = new OperationsDashboard(this, 'Dashboard', {
      ...props,
      alarms: [...alarms.all, ...costs.all],
      api: http.api,
      executions,
      outputMinutes: costs.outputMinutes,
      throttledRequests: costs.throttledRequests,
    }).name;
  }
}
