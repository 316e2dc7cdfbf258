import { randomBytes } from 'node:crypto';
import { newCapability } from '../core/grants/capability.ts';
import { putCapability } from './adapters/dynamodb/capabilities.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';

const environment = environmentOf('create-companion-session');
const table = uploadTable(environment.TABLE_NAME);

/** `POST /v1/companion-sessions`: an address below which a client without headers acts for the caller. */
export const handler = apiRoute({ schemas: {} }, async ({ owner, subject }) => {
  const seconds = environment.COMPANION_SESSION_SECONDS;
  const { capability, item } = newCapability(
    { owner, subject },
    randomBytes(32),
    Date.now(),
    seconds,
  );
  await putCapability(table, item);
  return jsonResponse(201, {
    path: `/companion/${capability}`,
    expiresAt: new Date(item.expiresAt * 1000).toISOString(),
  });
});
