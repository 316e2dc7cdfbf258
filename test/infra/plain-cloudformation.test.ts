import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { App } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { environments } from '../../core/environment.ts';
import { build, synthesize } from './synthesis.ts';

const { resources, data, delivery, pipeline } = synthesize();
const templates = [data, delivery, pipeline].flatMap((template) => template?.toJSON() ?? []);

/** The resource types of the stacks. The local cloud must host every type, so adding one is a decision. */
const TYPES = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudFront::CachePolicy',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::Function',
  'AWS::CloudFront::KeyValueStore',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolDomain',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Cognito::UserPoolResourceServer',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
];

describe('the templates', () => {
  it('are plain CloudFormation: no custom resource, no macro', () => {
    expect([...new Set(Object.values(resources).map(({ Type }) => Type))].sort()).toEqual(TYPES);
    expect(templates).toHaveLength(3);
    for (const template of templates) {
      expect(template).not.toHaveProperty('Transform');
    }
  });

  it('contain only the functions of this repository', () => {
    const { length } = Object.keys(environments);
    pipeline.resourceCountIs('AWS::Lambda::Function', length - 1);
    delivery?.resourceCountIs('AWS::Lambda::Function', 1);
    data.resourceCountIs('AWS::Lambda::Function', 0);
  });

  it('contain no account id and no region', () => {
    const text = JSON.stringify(templates);
    expect(text.match(/:\d{12}:/g)).toBeNull();
    expect(text.match(/\b(us|eu|ap|sa|ca|me|af|il)-[a-z]+-\d\b/g)).toBeNull();
  });
});

describe("cdk-nag's AwsSolutions pack", () => {
  const findings = (app: App) => {
    app.synth();
    return new AwsSolutionsChecks(app)
      .validateScope(app)
      .violations.map(({ ruleName }) => ruleName);
  };

  it('reports nothing', () => {
    expect(findings(build().app)).toEqual([]);
  });

  it('reports nothing with a recipient of alarms and a budget', () => {
    const notified = { alarmEmail: 'operators@example.com', monthlyBudget: 100 };
    expect(findings(build(notified).app)).toEqual([]);
  });

  it('reports nothing without delivery', () => {
    expect(findings(build({ delivery: 'none' }).app)).toEqual([]);
  });

  it('reports nothing with another identity provider', () => {
    const foreign = { issuer: 'https://id.example.com', audience: ['app'] };
    expect(findings(build({ identity: { foreign } }).app)).toEqual([]);
  });

  it('reports a planted violation', () => {
    const { app, data: stack } = build();
    new Bucket(stack, 'Planted');
    new Role(stack, 'PlantedRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    }).addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
    expect(findings(app)).toEqual(
      expect.arrayContaining([
        'AwsSolutions-S1',
        'AwsSolutions-S10',
        'AwsSolutions-IAM5[Action::s3:*]',
        'AwsSolutions-IAM5[Resource::*]',
      ]),
    );
  });
});
