import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { putCapability } from './adapters/dynamodb/capabilities.ts';
import { intakeOf } from './adapters/dynamodb/intake.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { getDay } from './adapters/dynamodb/reservations.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import {
  type CreateCompanionSessionPorts,
  createCompanionSession,
} from './use-cases/create-companion-session.ts';
import { requestLimits } from './use-cases/limit-requests.ts';

/** `POST /v1/companion-sessions`: a path below which a client without headers acts for the caller. */
export function createHandler(
  ports: Omit<CreateCompanionSessionPorts, 'randomBytes'> & {
    readonly limitRequests: LimitRequests;
  },
  runtime: Runtime,
) {
  const { now, randomBytes } = runtime;
  return apiRoute(
    runtime,
    { schemas: {}, limitRequests: ports.limitRequests },
    async ({ owner, subject }) => {
      const caller = { owner, subject };
      const session = await createCompanionSession({ ...ports, randomBytes }, caller, now());
      const { capability, expiresAt } = accepted(session);
      return jsonResponse(201, { path: `/companion/${capability}`, expiresAt });
    },
  );
}

export const handler = lambdaHandler(
  'create-companion-session',
  ({ TABLE_NAME, BUDGETS, COMPANION_SESSION_SECONDS }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    return createHandler(
      {
        capabilities: bind(table, { put: putCapability }),
        reservations: bind(table, { getDay }),
        budgets: BUDGETS,
        sessionSeconds: COMPANION_SESSION_SECONDS,
        intake: intakeOf(table),
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
