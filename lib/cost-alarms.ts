import { type Alarm, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { OUTPUT_MINUTES } from '../core/playback/output-minutes.ts';
import { type AlarmDefinition, addAlarm } from './alarm.ts';
import type { Configuration } from './configuration.ts';
import { METRICS_NAMESPACE } from './telemetry.ts';

export interface CostAlarmsProps {
  readonly recipient: ITopic | undefined;
  /** A limit of 0 turns its alarm off. */
  readonly limits: Configuration['costAlarms'];
  readonly accessLog: LogGroup;
  /** Executions of the workflow by the metric of Step Functions. */
  readonly executions: (metricName: string, period: Duration) => Metric;
}

/** Alarms for what costs money while nothing is broken: output of MediaConvert, executions, refused requests. */
export class CostAlarms extends Construct {
  /** Minutes of output that were published. */
  readonly outputMinutes: Metric;
  /** Responses of API Gateway with status 429. */
  readonly throttledRequests: Metric;
  readonly all: Alarm[] = [];

  constructor(scope: Construct, id: string, props: CostAlarmsProps) {
    super(scope, id);
    const { recipient, limits, accessLog, executions } = props;
    this.outputMinutes = new Metric({
      namespace: METRICS_NAMESPACE,
      metricName: OUTPUT_MINUTES,
      dimensionsMap: { service: 'publish-video', step: 'publish-video' },
      statistic: Stats.SUM,
      period: Duration.days(1),
    });
    // A throttled request reaches no function, and API Gateway counts it as 4xx only.
    const throttled = new MetricFilter(this, 'Throttled', {
      logGroup: accessLog,
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: METRICS_NAMESPACE,
      metricName: 'ThrottledRequests',
      metricValue: '1',
    });
    this.throttledRequests = throttled.metric({
      statistic: Stats.SUM,
      period: Duration.minutes(5),
    });
    if (limits.outputMinutesPerDay > 0) {
      this.#add(recipient, {
        id: 'OutputMinutes',
        description: `More than ${limits.outputMinutesPerDay} minutes of output were published in a day; MediaConvert charges for each.`,
        metric: this.outputMinutes,
        threshold: limits.outputMinutesPerDay,
      });
    }
    if (limits.executionsPerHour > 0) {
      this.#add(recipient, {
        id: 'ExecutionsStarted',
        description: `More than ${limits.executionsPerHour} executions of the workflow were started in an hour.`,
        metric: executions('ExecutionsStarted', Duration.hours(1)),
        threshold: limits.executionsPerHour,
      });
    }
    if (limits.throttledRequestsPerFiveMinutes > 0) {
      this.#add(recipient, {
        id: 'ThrottledRequests',
        description:
          'API Gateway refuses requests with status 429: there are more of them than the configured throttle allows.',
        metric: this.throttledRequests,
        threshold: limits.throttledRequestsPerFiveMinutes,
      });
    }
  }

  #add(recipient: ITopic | undefined, definition: AlarmDefinition): void {
    this.all.push(addAlarm(this, recipient, definition));
  }
}
