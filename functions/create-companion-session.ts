import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { putCapability } from './adapters/dynamodb/capabilities.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import {
  type CreateCompanionSessionPorts,
  createCompanionSession,
} from './use-cases/create-companion-session.ts';

/** `POST /v1/companion-sessions`: a path below which a client without headers acts for the caller. */
export function createHandler(
  ports: Omit<CreateCompanionSessionPorts, 'randomBytes'>,
  runtime: Runtime,
) {
  const { now, randomBytes } = runtime;
  return apiRoute(runtime, { schemas: {} }, async ({ owner, subject }) => {
    const caller = { owner, subject };
    const session = await createCompanionSession({ ...ports, randomBytes }, caller, now());
    const { capability, expiresAt } = session;
    return jsonResponse(201, { path: `/companion/${capability}`, expiresAt });
  });
}

export const handler = lambdaHandler(
  'create-companion-session',
  ({ TABLE_NAME, COMPANION_SESSION_SECONDS }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    return createHandler(
      {
        capabilities: bind(table, { put: putCapability }),
        sessionSeconds: COMPANION_SESSION_SECONDS,
      },
      runtime,
    );
  },
);
