import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** One alarm. It is active if `metric` is `threshold` or more in one period, unless it says otherwise. */
export interface AlarmDefinition
  extends Partial<Pick<AlarmProps, 'comparisonOperator' | 'treatMissingData' | 'threshold'>> {
  /** In capitals, for example `ApiFaults`. The runbook page has the same name with hyphens. */
  readonly id: string;
  /** What happened and where to look. */
  readonly description: string;
  readonly metric: IMetric;
}

/** The page that says what an alarm means and what to do, in this repository. */
export function runbookOf(id: string): string {
  const name = id.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  return `docs/runbooks/${name}.md`;
}

/** Adds an alarm, which notifies `recipient` when it starts and when it ends. */
export function addAlarm(
  scope: Construct,
  recipient: ITopic | undefined,
  { id, description, metric, threshold = 1, ...more }: AlarmDefinition,
): Alarm {
  const alarm = new Alarm(scope, id, {
    alarmDescription: `${description} Runbook: ${runbookOf(id)}`,
    metric,
    threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    ...more,
  });
  if (recipient) {
    const action = new SnsAction(recipient);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
  return alarm;
}
