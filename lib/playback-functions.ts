import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { DELIVERY_OFF } from '../core/environment.ts';
import type { DataResources } from './data-stack.ts';
import type { Delivery } from './delivery-stack.ts';
import { onRequestCounts, onSecret, onTable, type Permission } from './permissions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import { powertools, type Telemetry } from './telemetry.ts';

export const PLAYBACK_FUNCTIONS = ['get-playback'] as const;

export type PlaybackFunctionName = (typeof PLAYBACK_FUNCTIONS)[number];

export interface PlaybackFunctionsProps {
  readonly data: DataResources;
  /** Undefined where videos are not delivered. */
  readonly delivery: Delivery | undefined;
  /** The budgets as JSON text. */
  readonly budgets: string;
  readonly telemetry: Telemetry;
}

/** The functions behind the routes of finished videos. */
export class PlaybackFunctions extends Construct {
  readonly byName: Readonly<Record<PlaybackFunctionName, LambdaFunction>>;

  constructor(scope: Construct, id: string, props: PlaybackFunctionsProps) {
    super(scope, id);
    const { data, delivery, budgets: BUDGETS, telemetry } = props;
    const { table } = data;
    const TABLE_NAME = table.tableName;
    const delivering = {
      MEDIA_HOST: delivery?.mediaHost ?? DELIVERY_OFF,
      SIGNING_SECRET_ARN: delivery?.signingSecretArn ?? DELIVERY_OFF,
    };
    const readKeys: readonly Permission[] = delivery
      ? [onSecret(delivery.signingSecretArn, 'secretsmanager:GetSecretValue')]
      : [];

    const getPlayback = new ReelgateFunction(this, 'GetPlayback', {
      name: 'get-playback',
      description: 'Returns the addresses to play a video',
      environment: {
        ...powertools('get-playback', telemetry),
        ...delivering,
        TABLE_NAME,
        BUDGETS,
      },
      permissions: [onTable(table, 'dynamodb:GetItem'), onRequestCounts(table), ...readKeys],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });

    this.byName = { 'get-playback': getPlayback.function };
  }
}
