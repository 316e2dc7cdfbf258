import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type Metric,
  PeriodOverride,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface OperationsDashboardProps {
  readonly alarms: readonly IAlarm[];
  readonly api: HttpApi;
  readonly apiFunctions: Readonly<Record<string, IFunction>>;
  readonly playbackFunctions: Readonly<Record<string, IFunction>>;
  readonly workflowFunctions: Readonly<Record<string, IFunction>>;
  readonly reconciler: IFunction;
  readonly deadLetters: IQueue;
  readonly failedInvocations: IQueue;
  readonly table: Table;
  readonly executions: (metricName: string, period: Duration) => Metric;
  readonly outputMinutes: Metric;
  readonly throttledRequests: Metric;
}

const PERIOD = Duration.minutes(5);
const SUM = { period: PERIOD, statistic: Stats.SUM };
const MAXIMUM = { period: PERIOD, statistic: Stats.MAXIMUM };

/** One dashboard for the deployment. It shows metrics that exist anyway, so it adds none. */
export class OperationsDashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    const { api, executions, table } = props;
    const functions = Object.values({
      ...props.apiFunctions,
      ...props.playbackFunctions,
      ...props.workflowFunctions,
      reconciler: props.reconciler,
    });
    const dashboard = new Dashboard(this, 'Dashboard', {
      periodOverride: PeriodOverride.INHERIT,
      defaultInterval: Duration.hours(12),
    });
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', width: 24, alarms: [...props.alarms] }),
    );
    dashboard.addWidgets(
      graph(
        'Uploads: executions of the workflow',
        ['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut'].map(
          (name) => executions(name, PERIOD),
        ),
      ),
      graph('Minutes of output a day', [props.outputMinutes]),
      graph('Events that were not processed', [
        props.deadLetters.metricApproximateNumberOfMessagesVisible({
          ...MAXIMUM,
          label: 'undelivered',
        }),
        props.failedInvocations.metricApproximateNumberOfMessagesVisible({
          ...MAXIMUM,
          label: 'failed invocations',
        }),
      ]),
    );
    dashboard.addWidgets(
      graph('API: requests', [
        api.metricCount(SUM),
        api.metricClientError(SUM),
        api.metricServerError(SUM),
        props.throttledRequests,
      ]),
      graph('API: latency', [
        api.metricLatency({ period: PERIOD, statistic: 'p50', label: 'p50' }),
        api.metricLatency({ period: PERIOD, statistic: 'p99', label: 'p99' }),
      ]),
      graph('DynamoDB: units', [
        table.metricConsumedReadCapacityUnits(SUM),
        table.metricConsumedWriteCapacityUnits(SUM),
      ]),
    );
    dashboard.addWidgets(
      graph(
        'Functions: errors',
        functions.map((each) => each.metricErrors(SUM)),
      ),
      graph(
        'Functions: throttled',
        functions.map((each) => each.metricThrottles(SUM)),
      ),
      graph(
        'Functions: longest run',
        functions.map((each) => each.metricDuration(MAXIMUM)),
      ),
    );
    this.name = dashboard.dashboardName;
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, width: 8, left, leftYAxis: { min: 0 } });
}
