import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DataResources } from './data-stack.ts';
import { deliveryVariables, mayChangeEdge, mayReadKeys } from './delivery-environment.ts';
import type { Delivery } from './delivery-stack.ts';
import { onCountedUploads, onRequestCounts, onUploads } from './permissions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import { powertools, type Telemetry } from './telemetry.ts';
import type { TokenIssuer } from './token-issuer.ts';

export type PlaybackFunctionName = 'get-playback' | 'remove-upload' | 'restore-upload';

export interface PlaybackFunctionsProps {
  readonly data: DataResources;
  /** Undefined where videos are not delivered. */
  readonly delivery: Delivery | undefined;
  readonly moderators: TokenIssuer['moderators'];
  /** The budgets as JSON text. */
  readonly budgets: string;
  readonly telemetry: Telemetry;
}

/** The functions behind the routes of finished videos. */
export class PlaybackFunctions extends Construct {
  readonly byName: Readonly<Record<PlaybackFunctionName, LambdaFunction>>;

  constructor(scope: Construct, id: string, props: PlaybackFunctionsProps) {
    super(scope, id);
    const { data, delivery, moderators, budgets: BUDGETS, telemetry } = props;
    const { table } = data;
    const TABLE_NAME = table.tableName;
    const { MEDIA_HOST, SIGNING_SECRET_ARN, KEY_VALUE_STORE_ARN } = deliveryVariables(delivery);
    const signing = { MEDIA_HOST, SIGNING_SECRET_ARN };
    const moderating = { MODERATORS_CLAIM: moderators.claim, MODERATORS_VALUE: moderators.value };

    const getPlayback = new ReelgateFunction(this, 'GetPlayback', {
      name: 'get-playback',
      description: 'Returns the addresses to play a video',
      environment: {
        ...powertools('get-playback', telemetry),
        ...signing,
        ...moderating,
        TABLE_NAME,
        BUDGETS,
      },
      permissions: [
        onUploads(table, 'dynamodb:GetItem'),
        onRequestCounts(table),
        ...mayReadKeys(delivery),
      ],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });
    const removeUpload = new ReelgateFunction(this, 'RemoveUpload', {
      name: 'remove-upload',
      description: 'Removes a video, for moderators',
      environment: {
        ...powertools('remove-upload', telemetry),
        ...moderating,
        KEY_VALUE_STORE_ARN,
        TABLE_NAME,
        BUDGETS,
      },
      permissions: [
        onUploads(table, 'dynamodb:GetItem'),
        onCountedUploads(table),
        ...mayChangeEdge(delivery),
      ],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });
    const restoreUpload = new ReelgateFunction(this, 'RestoreUpload', {
      name: 'restore-upload',
      description: 'Restores a removed video, for moderators',
      environment: {
        ...powertools('restore-upload', telemetry),
        ...moderating,
        KEY_VALUE_STORE_ARN,
        TABLE_NAME,
        BUDGETS,
      },
      permissions: [
        onUploads(table, 'dynamodb:GetItem'),
        onCountedUploads(table),
        ...mayChangeEdge(delivery),
      ],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });

    this.byName = {
      'get-playback': getPlayback.function,
      'remove-upload': removeUpload.function,
      'restore-upload': restoreUpload.function,
    };
  }
}
