import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DataResources } from './data-stack.ts';
import { deliveryVariables, mayChangeEdge, mayReadKeys } from './delivery-environment.ts';
import type { Delivery } from './delivery-stack.ts';
import {
  onCountedUploads,
  onOutputFiles,
  onRequestCounts,
  onTable,
  onUploads,
} from './permissions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import type { SignerRole } from './signer-role.ts';
import { powertools, type Telemetry } from './telemetry.ts';
import type { TokenIssuer } from './token-issuer.ts';

/** Names below a video: `core/playback/caption-manifests.ts`. */
const MANIFESTS = 'index.*';
const CAPTIONS = 'captions/*';

export type PlaybackFunctionName =
  | 'get-playback'
  | 'set-visibility'
  | 'put-captions'
  | 'get-captions'
  | 'delete-captions'
  | 'get-original'
  | 'get-public-playback'
  | 'create-viewer-playback'
  | 'remove-upload'
  | 'restore-upload';

export interface PlaybackFunctionsProps {
  readonly data: DataResources;
  /** Undefined where videos are not delivered. */
  readonly delivery: Delivery | undefined;
  /** Signs downloads of sources. */
  readonly originalSigner: SignerRole;
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
    const { table, sourceBucket, outputBucket } = data;
    const OUTPUT_BUCKET = outputBucket.bucketName;
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
    const setVisibility = new ReelgateFunction(this, 'SetVisibility', {
      name: 'set-visibility',
      description: 'Makes a video public or private',
      environment: { ...powertools('set-visibility', telemetry), TABLE_NAME, BUDGETS },
      permissions: [onTable(table, 'dynamodb:GetItem', 'dynamodb:UpdateItem')],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });
    const putCaptions = new ReelgateFunction(this, 'PutCaptions', {
      name: 'put-captions',
      description: 'Sets the captions of a video in a language',
      environment: { ...powertools('put-captions', telemetry), OUTPUT_BUCKET, TABLE_NAME, BUDGETS },
      permissions: [
        onTable(table, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
        onOutputFiles(outputBucket, MANIFESTS, 's3:GetObject', 's3:PutObject'),
        onOutputFiles(outputBucket, CAPTIONS, 's3:PutObject'),
      ],
      telemetry,
      timeoutSeconds: 29,
      memorySize: 1024,
    });
    const getCaptions = new ReelgateFunction(this, 'GetCaptions', {
      name: 'get-captions',
      description: 'Returns the captions of a video in a language',
      environment: { ...powertools('get-captions', telemetry), OUTPUT_BUCKET, TABLE_NAME, BUDGETS },
      permissions: [
        onTable(table, 'dynamodb:GetItem'),
        onRequestCounts(table),
        onOutputFiles(outputBucket, CAPTIONS, 's3:GetObject'),
      ],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });
    const deleteCaptions = new ReelgateFunction(this, 'DeleteCaptions', {
      name: 'delete-captions',
      description: 'Deletes the captions of a video in a language',
      environment: {
        ...powertools('delete-captions', telemetry),
        OUTPUT_BUCKET,
        TABLE_NAME,
        BUDGETS,
      },
      permissions: [
        onTable(table, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
        onOutputFiles(outputBucket, MANIFESTS, 's3:GetObject', 's3:PutObject'),
      ],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });
    const getOriginal = new ReelgateFunction(this, 'GetOriginal', {
      name: 'get-original',
      description: 'Returns an address to download an uploaded file',
      environment: {
        ...powertools('get-original', telemetry),
        SOURCE_BUCKET: sourceBucket.bucketName,
        ORIGINAL_SIGNER_ROLE_ARN: props.originalSigner.roleArn,
        TABLE_NAME,
        BUDGETS,
      },
      permissions: [onTable(table, 'dynamodb:GetItem'), onRequestCounts(table)],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });
    props.originalSigner.trust(getOriginal.role);
    const getPublicPlayback = new ReelgateFunction(this, 'GetPublicPlayback', {
      name: 'get-public-playback',
      description: 'Returns the addresses to play a public video',
      environment: { ...powertools('get-public-playback', telemetry), ...signing, TABLE_NAME },
      permissions: [onTable(table, 'dynamodb:GetItem'), ...mayReadKeys(delivery)],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });
    const createViewerPlayback = new ReelgateFunction(this, 'CreateViewerPlayback', {
      name: 'create-viewer-playback',
      description: 'Returns the addresses to play a video, for a viewer of a backend',
      environment: {
        ...powertools('create-viewer-playback', telemetry),
        ...signing,
        TABLE_NAME,
        BUDGETS,
      },
      permissions: [
        onTable(table, 'dynamodb:GetItem'),
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
      'set-visibility': setVisibility.function,
      'put-captions': putCaptions.function,
      'get-captions': getCaptions.function,
      'delete-captions': deleteCaptions.function,
      'get-original': getOriginal.function,
      'get-public-playback': getPublicPlayback.function,
      'create-viewer-playback': createViewerPlayback.function,
      'remove-upload': removeUpload.function,
      'restore-upload': restoreUpload.function,
    };
  }
}
