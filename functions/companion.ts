import * as z from 'zod/mini';
import {
  companionBatchSchema,
  companionCompleteSchema,
  companionCreateSchema,
  companionKeySchema,
  companionParamsSchema,
  companionPartPathSchema,
} from '../core/contract/companion.ts';
import {
  type CompanionOperation,
  companionOperationOf,
} from '../core/contract/companion-routes.ts';
import type { Problem } from '../core/contract/problem.ts';
import { uploadPathSchema } from '../core/contract/upload-path.ts';
import { fromParams } from '../core/uploads/companion-upload.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import type { ApiEvent, ApiResult } from './http/api-request.ts';
import { type ApiRequest, apiRoute } from './http/api-route.ts';
import { ownerFromCapability } from './http/owner-from-capability.ts';
import type { RequestSchemas } from './http/validate-request.ts';
import {
  abortMultipart,
  type CompanionContext,
  completeMultipart,
  createForm,
  createMultipart,
  listReceived,
  signBatch,
  signPart,
} from './use-cases/companion.ts';

const environment = environmentOf('companion');
const context: CompanionContext = { environment, table: uploadTable(environment.TABLE_NAME) };
const authenticate = ownerFromCapability(context.table);

/** 10,000 parts with their ETags. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

/** Uppy 5 shows a refusal's `message`; Uppy 6 shows the status line alone, whatever the body says. */
function problemMembers({ title, detail, errors, next }: Problem) {
  const [first] = errors ?? [];
  const what = detail ?? (first && `${first.pointer} ${first.detail}`);
  return { message: [title, what, next].filter((text) => text !== undefined).join(' ') };
}

function route<const Schemas extends RequestSchemas>(
  schemas: Schemas,
  answer: (request: ApiRequest<Schemas>) => Promise<ApiResult>,
) {
  return apiRoute(
    { schemas, authenticate, problemMembers, bodyLimitBytes: BODY_LIMIT_BYTES },
    answer,
  );
}

const path = uploadPathSchema;
const partPath = z.object({ ...uploadPathSchema.shape, ...companionPartPathSchema.shape });

const operations: Readonly<Record<CompanionOperation, ReturnType<typeof route>>> = {
  'create-multipart': route({ body: companionCreateSchema }, ({ owner, subject, body }) =>
    createMultipart(context, { owner, subject }, body),
  ),
  form: route({ query: companionParamsSchema }, ({ owner, subject, query }) =>
    createForm(context, { owner, subject }, fromParams(query)),
  ),
  'list-parts': route({ path, query: companionKeySchema }, ({ owner, path: { id }, query }) =>
    listReceived(context, { owner, id, key: query.key }),
  ),
  'sign-part': route({ path: partPath, query: companionKeySchema }, (request) => {
    const { owner, path: of, query } = request;
    return signPart(context, { owner, id: of.id, key: query.key }, of.partNumber);
  }),
  'sign-batch': route({ path, query: companionBatchSchema }, ({ owner, path: { id }, query }) =>
    signBatch(context, { owner, id, key: query.key }, query.partNumbers),
  ),
  'complete-multipart': route(
    { path, query: companionKeySchema, body: companionCompleteSchema },
    ({ owner, path: { id }, query, body }) =>
      completeMultipart(context, { owner, id, key: query.key }, body),
  ),
  'abort-multipart': route({ path, query: companionKeySchema }, ({ owner, path: { id }, query }) =>
    abortMultipart(context, { owner, id, key: query.key }),
  ),
};

/** Companion's protocol, for uploads by an unmodified Uppy: all of its operations, below each of its bases. */
export const handler = (
  event: ApiEvent,
  invocation: Parameters<ReturnType<typeof route>>[1],
): Promise<ApiResult> => {
  const operation = companionOperationOf(event.routeKey ?? '');
  if (!operation) throw new TypeError(`No operation stands at ${event.routeKey ?? 'no route'}.`);
  return operations[operation](event, invocation);
};
