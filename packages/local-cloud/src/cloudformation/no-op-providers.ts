import * as z from 'zod';
import { arn } from '../shared/account.ts';
import type { ProvidedResource, ProvideRequest, ResourceProvider } from '../shared/resource.ts';

type NoOpProperties = Readonly<Record<string, unknown>>;

/** A resource type without effect. The names of its properties are checked, their values are not. */
function noOp(
  type: string,
  propertyNames: readonly string[],
  provide: (request: ProvideRequest<NoOpProperties>) => ProvidedResource,
): ResourceProvider {
  const shape = Object.fromEntries(propertyNames.map((name) => [name, z.unknown().optional()]));
  return {
    type,
    properties: z.strictObject(shape),
    provide: async (request) => provide(request as ProvideRequest<NoOpProperties>),
  };
}

function named(properties: NoOpProperties, property: string, fallback: string): string {
  const name = properties[property];
  return typeof name === 'string' ? name : fallback;
}

/**
 * The resource types that are accepted without effect: alarms, their notifications, budgets and log groups are
 * not hosted, logs are files.
 * A type that is neither here nor in an engine is refused.
 */
export const NO_OP_PROVIDERS: readonly ResourceProvider[] = [
  noOp('AWS::CDK::Metadata', ['Analytics'], ({ physicalName }) => ({
    ref: physicalName,
    attributes: {},
  })),
  noOp(
    'AWS::Logs::LogGroup',
    [
      'DataProtectionPolicy',
      'DeletionProtectionEnabled',
      'FieldIndexPolicies',
      'KmsKeyId',
      'LogGroupClass',
      'LogGroupName',
      'ResourcePolicyDocument',
      'RetentionInDays',
      'Tags',
    ],
    ({ properties, physicalName }) => {
      const name = named(properties, 'LogGroupName', physicalName);
      return { ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } };
    },
  ),
  noOp('AWS::Logs::ResourcePolicy', ['PolicyDocument', 'PolicyName'], (request) => ({
    ref: named(request.properties, 'PolicyName', request.physicalName),
    attributes: {},
  })),
  noOp(
    'AWS::Logs::MetricFilter',
    [
      'ApplyOnTransformedLogs',
      'FilterName',
      'FilterPattern',
      'LogGroupName',
      'MetricTransformations',
    ],
    (request) => ({
      ref: named(request.properties, 'FilterName', request.physicalName),
      attributes: {},
    }),
  ),
  noOp(
    'AWS::CloudWatch::Alarm',
    [
      'ActionsEnabled',
      'AlarmActions',
      'AlarmDescription',
      'AlarmName',
      'ComparisonOperator',
      'DatapointsToAlarm',
      'Dimensions',
      'EvaluateLowSampleCountPercentile',
      'EvaluationPeriods',
      'ExtendedStatistic',
      'InsufficientDataActions',
      'MetricName',
      'Metrics',
      'Namespace',
      'OKActions',
      'Period',
      'Statistic',
      'Tags',
      'Threshold',
      'ThresholdMetricId',
      'TreatMissingData',
      'Unit',
    ],
    ({ properties, physicalName }) => {
      const name = named(properties, 'AlarmName', physicalName);
      return { ref: name, attributes: { Arn: arn('cloudwatch', `alarm:${name}`) } };
    },
  ),
  noOp(
    'AWS::CloudWatch::CompositeAlarm',
    [
      'ActionsEnabled',
      'AlarmActions',
      'AlarmDescription',
      'AlarmName',
      'AlarmRule',
      'InsufficientDataActions',
      'OKActions',
      'Tags',
    ],
    ({ properties, physicalName }) => {
      const name = named(properties, 'AlarmName', physicalName);
      return { ref: name, attributes: { Arn: arn('cloudwatch', `alarm:${name}`) } };
    },
  ),
  noOp(
    'AWS::Budgets::Budget',
    ['Budget', 'NotificationsWithSubscribers', 'ResourceTags'],
    ({ physicalName }) => ({ ref: physicalName, attributes: {} }),
  ),
  noOp(
    'AWS::KMS::Key',
    [
      'BypassPolicyLockoutSafetyCheck',
      'Description',
      'Enabled',
      'EnableKeyRotation',
      'KeyPolicy',
      'KeySpec',
      'KeyUsage',
      'MultiRegion',
      'Origin',
      'PendingWindowInDays',
      'RotationPeriodInDays',
      'Tags',
    ],
    ({ physicalName }) => ({
      ref: physicalName,
      attributes: { Arn: arn('kms', `key/${physicalName}`), KeyId: physicalName },
    }),
  ),
  noOp(
    'AWS::SNS::Topic',
    [
      'ArchivePolicy',
      'ContentBasedDeduplication',
      'DataProtectionPolicy',
      'DeliveryStatusLogging',
      'DisplayName',
      'FifoThroughputScope',
      'FifoTopic',
      'KmsMasterKeyId',
      'SignatureVersion',
      'Subscription',
      'Tags',
      'TopicName',
      'TracingConfig',
    ],
    ({ properties, physicalName }) => {
      const name = named(properties, 'TopicName', physicalName);
      const topic = arn('sns', name);
      return { ref: topic, attributes: { TopicArn: topic, TopicName: name } };
    },
  ),
  noOp('AWS::SNS::TopicPolicy', ['PolicyDocument', 'Topics'], ({ physicalName }) => ({
    ref: physicalName,
    attributes: { Id: physicalName },
  })),
  noOp(
    'AWS::SNS::Subscription',
    [
      'DeliveryPolicy',
      'Endpoint',
      'FilterPolicy',
      'FilterPolicyScope',
      'Protocol',
      'RawMessageDelivery',
      'RedrivePolicy',
      'Region',
      'ReplayPolicy',
      'SubscriptionRoleArn',
      'TopicArn',
    ],
    ({ physicalName }) => {
      const subscription = arn('sns', physicalName);
      return { ref: subscription, attributes: { Arn: subscription } };
    },
  ),
  noOp('AWS::CloudWatch::Dashboard', ['DashboardBody', 'DashboardName', 'Tags'], (request) => ({
    ref: named(request.properties, 'DashboardName', request.physicalName),
    attributes: {},
  })),
  noOp(
    'AWS::CertificateManager::Certificate',
    [
      'CertificateAuthorityArn',
      'CertificateTransparencyLoggingPreference',
      'DomainName',
      'DomainValidationOptions',
      'KeyAlgorithm',
      'SubjectAlternativeNames',
      'Tags',
      'ValidationMethod',
    ],
    ({ physicalName }) => ({ ref: arn('acm', `certificate/${physicalName}`), attributes: {} }),
  ),
  noOp(
    'AWS::CloudFront::MonitoringSubscription',
    ['DistributionId', 'MonitoringSubscription'],
    (request) => ({
      ref: named(request.properties, 'DistributionId', request.physicalName),
      attributes: {},
    }),
  ),
  noOp(
    'AWS::Logs::DeliverySource',
    ['LogType', 'Name', 'ResourceArn', 'Tags'],
    ({ properties, physicalName }) => {
      const name = named(properties, 'Name', physicalName);
      return { ref: name, attributes: { Arn: arn('logs', `delivery-source:${name}`) } };
    },
  ),
  noOp(
    'AWS::Logs::DeliveryDestination',
    [
      'DeliveryDestinationPolicy',
      'DeliveryDestinationType',
      'DestinationResourceArn',
      'Name',
      'OutputFormat',
      'Tags',
    ],
    ({ properties, physicalName }) => {
      const name = named(properties, 'Name', physicalName);
      return { ref: name, attributes: { Arn: arn('logs', `delivery-destination:${name}`) } };
    },
  ),
  noOp(
    'AWS::Logs::Delivery',
    [
      'DeliveryDestinationArn',
      'DeliverySourceName',
      'FieldDelimiter',
      'RecordFields',
      'S3EnableHiveCompatiblePath',
      'S3SuffixPath',
      'Tags',
    ],
    ({ physicalName }) => ({
      ref: physicalName,
      attributes: { DeliveryId: physicalName, Arn: arn('logs', `delivery:${physicalName}`) },
    }),
  ),
  noOp(
    'AWS::WAFv2::WebACL',
    [
      'CaptchaConfig',
      'ChallengeConfig',
      'CustomResponseBodies',
      'DefaultAction',
      'Description',
      'Name',
      'Rules',
      'Scope',
      'Tags',
      'TokenDomains',
      'VisibilityConfig',
    ],
    ({ properties, physicalName }) => {
      const name = named(properties, 'Name', physicalName);
      const aclArn = arn('wafv2', `global/webacl/${name}/${physicalName}`);
      return {
        ref: `${name}|${physicalName}|CLOUDFRONT`,
        attributes: { Arn: aclArn, Id: physicalName },
      };
    },
  ),
];
