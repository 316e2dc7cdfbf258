import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { RECONCILE_EVERY_MINUTES } from '../../core/reconciliation/reconcile.ts';
import { ALARM_METRICS } from '../../tools/bench/cost/full-bill.ts';
import { ofType, synthesize } from './synthesis.ts';

const ROOT = join(import.meta.dirname, '..', '..');

const synthesis = synthesize();
const { pipeline } = synthesis;

interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly Threshold: number;
  readonly MetricName?: string;
}

const alarms = ofType(synthesis, 'AWS::CloudWatch::Alarm').map(
  ([id, { Properties }]) =>
    [
      id.replace(/^Operations(Alarms|Costs)/, '').replace(/[0-9A-F]{8}$/, ''),
      Properties as unknown as AlarmProperties,
    ] as const,
);

describe('the alarms', () => {
  it('cover each failure that needs an operator', () => {
    expect(alarms.map(([id]) => id).sort()).toEqual([
      'ApiFaults',
      'ExecutionsFailed',
      'ExecutionsStarted',
      'ExecutionsThrottled',
      'ExecutionsTimedOut',
      'FailedInvocations',
      'FunctionErrors',
      'OutputMinutes',
      'PlaybackFunctionErrors',
      'ReconcilerErrors',
      'ReconcilerFaults',
      'ReconcilerSilent',
      'ThrottledRequests',
      'UndeliveredEvents',
      'WorkflowFunctionErrors',
    ]);
    pipeline.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('.{20,}'),
      TreatMissingData: Match.stringLikeRegexp('reaching$'),
    });
  });

  it('include a reconciler without invocations, for which Lambda publishes no metric', () => {
    const [silent, ...more] = ofType(synthesis, 'AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties)
      .filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(more).toEqual([]);
    expect(silent).toMatchObject({
      MetricName: 'Invocations',
      Namespace: 'AWS/Lambda',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 3 * RECONCILE_EVERY_MINUTES * 60,
    });
  });

  it('notify the configured topic when they start and end', () => {
    const topic = 'arn:aws:sns:eu-central-1:111122223333:operators';
    const configured = synthesize({ alarmTopicArn: topic });
    configured.pipeline.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [topic],
      OKActions: [topic],
    });
  });
});

describe('each alarm', () => {
  it.each(alarms)('%s has a runbook page, which its description names', (id, properties) => {
    const [, page = ''] =
      /Runbook: (docs\/runbooks\/[a-z-]+\.md)$/.exec(properties.AlarmDescription) ?? [];
    expect(existsSync(join(ROOT, page))).toBe(true);
    const text = readFileSync(join(ROOT, page), 'utf8');
    expect(text).toMatch(new RegExp(`^# ${id}$`, 'm'));
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      'What it means',
      'What users notice',
      'Look',
      'What to do',
      'How to see that it is over',
    ]);
    expect(text).toMatch(/^```sh$[^`]*\baws /m);
  });

  it('is in the index of the runbooks, and each page belongs to an alarm or to the budget', () => {
    const pages = readdirSync(join(ROOT, 'docs/runbooks')).filter((name) => name !== 'README.md');
    expect(pages).toHaveLength(alarms.length + 1);
    const index = readFileSync(join(ROOT, 'docs/runbooks/README.md'), 'utf8');
    for (const page of pages) expect(index).toContain(`(${page})`);
  });

  it('has commands whose outputs exist', () => {
    const outputs = { ...synthesis.data.toJSON().Outputs, ...pipeline.toJSON().Outputs };
    for (const page of readdirSync(join(ROOT, 'docs/runbooks'))) {
      const text = readFileSync(join(ROOT, 'docs/runbooks', page), 'utf8');
      for (const [, name = ''] of text.matchAll(/\$\(output (\w+)\)/g)) {
        expect(Object.keys(outputs)).toContain(name);
      }
    }
  });
});

describe('the costs page', () => {
  it('counts the metrics of all alarms', () => {
    const metrics = ofType(synthesis, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
      const { Metrics = [{ MetricStat: {} }] } = Properties as {
        Metrics?: { MetricStat?: object }[];
      };
      return Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
    });
    expect(metrics.reduce((sum, count) => sum + count, 0)).toBe(ALARM_METRICS);
  });
});

describe('the alarms on costs', () => {
  it('have the configured limits', () => {
    const limits = {
      outputMinutesPerDay: 10,
      executionsPerHour: 20,
      throttledRequestsPerFiveMinutes: 30,
    };
    const configured = synthesize({ costAlarms: limits }).pipeline;
    configured.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'reelgate',
      MetricName: 'OutputMinutes',
      Dimensions: [
        { Name: 'service', Value: 'publish-video' },
        { Name: 'step', Value: 'publish-video' },
      ],
      Statistic: 'Sum',
      Period: 86_400,
      Threshold: 10,
    });
    configured.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ExecutionsStarted',
      Period: 3_600,
      Threshold: 20,
    });
    configured.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ThrottledRequests',
      Period: 300,
      Threshold: 30,
    });
  });

  it('are off with a limit of 0', () => {
    const off = {
      outputMinutesPerDay: 0,
      executionsPerHour: 0,
      throttledRequestsPerFiveMinutes: 0,
    };
    const without = ofType(synthesize({ costAlarms: off }), 'AWS::CloudWatch::Alarm');
    expect(without).toHaveLength(alarms.length - 3);
  });

  it('count the 429 of the access log, in which a status is text', () => {
    pipeline.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.status = "429" }',
      MetricTransformations: [
        Match.objectLike({ MetricName: 'ThrottledRequests', MetricNamespace: 'reelgate' }),
      ],
    });
    const [[, stage] = []] = ofType(synthesis, 'AWS::ApiGatewayV2::Stage');
    const { Format } = (stage?.Properties ?? {}).AccessLogSettings as { Format: string };
    expect(JSON.parse(Format)).toMatchObject({ status: '$context.status' });
  });
});

describe('an email address as recipient', () => {
  const notified = synthesize({ alarmEmail: 'operators@example.com', monthlyBudget: 100 });
  const topic = { Ref: Match.stringLikeRegexp('^OperationsRecipientTopic') };

  it('subscribes to an encrypted topic, to which every alarm publishes', () => {
    notified.pipeline.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'operators@example.com',
      TopicArn: topic,
    });
    notified.pipeline.hasResourceProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^OperationsRecipientKey'), 'Arn'] },
    });
    notified.pipeline.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [topic],
      OKActions: [topic],
    });
  });

  it('lets only alarms and budgets of this account publish, by TLS', () => {
    const account = { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } };
    const publisher = (Service: string) =>
      Match.objectLike({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service },
        Condition: { StringEquals: account, ArnLike: { 'aws:SourceArn': Match.anyValue() } },
      });
    notified.pipeline.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          publisher('cloudwatch.amazonaws.com'),
          publisher('budgets.amazonaws.com'),
        ],
      },
    });
    notified.pipeline.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Principal: { Service: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'] },
          }),
        ]),
      },
    });
  });

  it('is not needed: without a recipient there is no topic, no key and no budget', () => {
    for (const type of ['AWS::SNS::Topic', 'AWS::KMS::Key', 'AWS::Budgets::Budget']) {
      pipeline.resourceCountIs(type, 0);
    }
  });

  it('is told of the budget in the commercial partition only', () => {
    const [[, budget] = []] = ofType(notified, 'AWS::Budgets::Budget');
    const template = notified.pipeline.toJSON();
    const { Condition = '' } = budget as unknown as { Condition: string };
    expect(template.Conditions[Condition]).toEqual({
      'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws'],
    });
    expect(budget?.Properties).toMatchObject({
      Budget: {
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: 100, Unit: 'USD' },
      },
      NotificationsWithSubscribers: [
        { Notification: { NotificationType: 'ACTUAL', Threshold: 80 } },
        { Notification: { NotificationType: 'FORECASTED', Threshold: 100 } },
      ],
    });
  });
});

describe('the dashboard', () => {
  const [[, dashboard] = []] = ofType(synthesis, 'AWS::CloudWatch::Dashboard');
  const body = JSON.stringify(dashboard?.Properties);

  it('shows the alarms and every metric that an alarm is about', () => {
    expect(body).toContain('"Alarms');
    for (const [, { MetricName }] of alarms) {
      // Of the reconciler, the alarms and the errors are shown.
      if (
        MetricName === undefined ||
        /^(Reconciler|Invocations|ExecutionThrottled)/.test(MetricName)
      )
        continue;
      expect(body).toContain(MetricName);
    }
  });

  it('has no name of its own, so that a second deployment has another', () => {
    expect(dashboard?.Properties).not.toHaveProperty('DashboardName');
  });
});
