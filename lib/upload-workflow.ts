import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { AdmissionLimits } from '../core/transcoding/admission.ts';
import type { DataResources } from './data-stack.ts';
import { grant, onBus, onJobs, onSources, onTable, type Permission } from './permissions.ts';
import { logSettings, stackSuffix, type Telemetry } from './telemetry.ts';
import { TranscodingRole } from './transcoding-role.ts';

const DEFINITION = join(import.meta.dirname, '..', 'statemachines', 'process-upload.asl.json');

export interface UploadWorkflowProps {
  readonly data: DataResources;
  readonly inspectMedia: IFunction;
  readonly admitUpload: IFunction;
  readonly publishVideo: IFunction;
  readonly limits: AdmissionLimits;
  readonly telemetry: Telemetry;
}

/** The state machine of `statemachines/process-upload.asl.json`, with its permissions. */
export class UploadWorkflow extends Construct {
  readonly stateMachine: CfnStateMachine;

  constructor(scope: Construct, id: string, props: UploadWorkflowProps) {
    super(scope, id);
    const { data, inspectMedia, admitUpload, publishVideo, limits } = props;
    const transcoding = new TranscodingRole(this, 'Transcoding', { data });
    const logGroup = new LogGroup(this, 'Log', {
      // Log groups with this prefix share one resource policy, which has a size limit:
      // https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-process-upload-${stackSuffix()}`,
      ...logSettings(props.telemetry),
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': stateMachines(this) },
        },
      }),
      description: 'Permissions of statemachines/process-upload.asl.json.',
    });
    grant(role, [
      onTable(data.table, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
      onSources(data.sourceBucket, 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'),
      {
        statement: new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [inspectMedia.functionArn, admitUpload.functionArn, publishVideo.functionArn],
        }),
      },
      ...transcode(this, transcoding.role),
      onBus(this),
      observe(),
    ]);
    this.stateMachine = new CfnStateMachine(this, 'StateMachine', {
      stateMachineType: 'STANDARD',
      roleArn: role.roleArn,
      definitionString: readFileSync(DEFINITION, 'utf8'),
      definitionSubstitutions: {
        // GovCloud and China have partitions of their own.
        Partition: Aws.PARTITION,
        TableName: data.table.tableName,
        SourceBucketName: data.sourceBucket.bucketName,
        InspectMediaFunctionArn: inspectMedia.functionArn,
        AdmitUploadFunctionArn: admitUpload.functionArn,
        PublishVideoFunctionArn: publishVideo.functionArn,
        MediaConvertRoleArn: transcoding.role.roleArn,
        JobsAtOnce: String(limits.jobsAtOnce),
        JobsAtOncePerOwner: String(limits.jobsAtOncePerOwner),
      },
      loggingConfiguration: {
        level: 'ALL',
        // Without execution data: a reader of the log could use a task token.
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }],
      },
      tracingConfiguration: { enabled: true },
    });
    // Creating a state machine fails if its role does not yet have the permissions for logging.
    this.stateMachine.node.addDependency(role);
  }
}

/** Every state machine of this account: the name of this one is known only after its role exists. */
function stateMachines(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/mediaconvert-iam.html, limited to the existing resources. */
function transcode(scope: Construct, transcodingRole: Role): Permission[] {
  const arn = (service: string, resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service, resource, resourceName });
  return [
    onJobs(
      scope,
      // CreateJob with tags requires it.
      'mediaconvert:TagResource',
      'mediaconvert:GetJob',
      'mediaconvert:CancelJob',
    ),
    // CreateJob supports only the queue as resource, not the job.
    {
      statement: new PolicyStatement({
        actions: ['mediaconvert:CreateJob'],
        resources: [arn('mediaconvert', 'queues', 'Default')],
      }),
    },
    {
      statement: new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [transcodingRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'mediaconvert.amazonaws.com' } },
      }),
    },
    // The managed rule that notifies Step Functions of the end of a job.
    {
      statement: new PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [arn('events', 'rule', 'StepFunctionsGetEventsForMediaConvertJobRule')],
      }),
    },
  ];
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html and …/dg/xray-iam.html */
function observe(): Permission {
  return {
    statement: new PolicyStatement({
      actions: [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      resources: ['*'],
    }),
    wildcard: {
      resource: '*',
      reason: 'X-Ray and log delivery support no resource-level permissions.',
    },
  };
}
