import * as z from 'zod/mini';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import {
  getEdgeValue,
  keyValueStoreClient,
  updateEdgeValues,
} from './adapters/cloudfront/edge-values.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import {
  makeVersionCurrent,
  readCurrentVersion,
  readPendingVersion,
  writePendingVersion,
} from './adapters/secrets-manager/key-versions.ts';
import { secretsManagerClient } from './adapters/secrets-manager/secret.ts';
import { workflowStep } from './steps/workflow-step.ts';
import {
  ROTATION_STEPS,
  type RotateSigningKeysPorts,
  rotateSigningKeys,
} from './use-cases/rotate-signing-keys.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
const schema = z.object({
  Step: z.enum(ROTATION_STEPS),
  SecretId: z.string(),
  ClientRequestToken: z.string(),
});

/** Secrets Manager calls it with each step of a rotation of the keys that sign playback tokens. */
export function createHandler(
  ports: Omit<RotateSigningKeysPorts, 'randomBytes'>,
  runtime: Runtime,
) {
  const { now, randomBytes } = runtime;
  return workflowStep(runtime, 'rotate-signing-keys', schema, (event) =>
    rotateSigningKeys(
      { ...ports, randomBytes },
      { step: event.Step, version: event.ClientRequestToken },
      now(),
    ),
  );
}

export const handler = lambdaHandler('rotate-signing-keys', (environment, runtime) => {
  const secret = { client: secretsManagerClient(), id: environment.SIGNING_SECRET_ARN };
  const store = { client: keyValueStoreClient(), arn: environment.KEY_VALUE_STORE_ARN };
  return createHandler(
    {
      versions: bind(secret, {
        readCurrent: readCurrentVersion,
        readPending: readPendingVersion,
        writePending: writePendingVersion,
        makeCurrent: makeVersionCurrent,
      }),
      edge: bind(store, { get: getEdgeValue, update: updateEdgeValues }),
    },
    runtime,
  );
});
