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
import { MAX_COMPLETION_BYTES } from '../core/contract/requests.ts';
import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { fromParams } from '../core/uploads/companion-upload.ts';
import { bind } from './adapters/bind.ts';
import { findCapability } from './adapters/dynamodb/capabilities.ts';
import { changeStatus } from './adapters/dynamodb/change-status.ts';
import { intakeOf } from './adapters/dynamodb/intake.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { recordMultipartUpload } from './adapters/dynamodb/record-multipart.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { findIdempotencyKey, getDay, getQuota, reserve } from './adapters/dynamodb/reservations.ts';
import { returnQuota } from './adapters/dynamodb/return-quota.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { completeMultipart } from './adapters/s3/complete-multipart.ts';
import { abortMultipart, createMultipart, listStoredParts } from './adapters/s3/multipart.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { headObject } from './adapters/s3/source-objects.ts';
import { grantSigners } from './adapters/sts/grant-signers.ts';
import type { ApiResult } from './http/api-request.ts';
import { type ApiHandler, type ApiRequest, apiRoute } from './http/api-route.ts';
import {
  abortedResponse,
  batchResponse,
  companionProblemMembers,
  completedResponse,
  createdResponse,
  formResponse,
  partsResponse,
  partUrlResponse,
} from './http/companion-responses.ts';
import { ownerFromCapability } from './http/owner-from-capability.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import type { RequestSchemas } from './http/validate-request.ts';
import type { Capabilities } from './ports/uploads.ts';
import { type AbandonUploadPorts, abandonUpload } from './use-cases/abandon-upload.ts';
import { type CompleteUploadPorts, completeUpload } from './use-cases/complete-upload.ts';
import {
  type CreateCompanionUploadPorts,
  createCompanionForm,
  createCompanionMultipart,
} from './use-cases/create-companion-upload.ts';
import { requestLimits } from './use-cases/limit-requests.ts';
import { listParts } from './use-cases/list-parts.ts';
import { signParts } from './use-cases/sign-parts.ts';

export type CompanionPorts = Omit<CreateCompanionUploadPorts, 'randomBytes'> &
  CompleteUploadPorts &
  AbandonUploadPorts & {
    readonly capabilities: Pick<Capabilities, 'find'>;
    readonly limitRequests: LimitRequests;
  };

const path = uploadPathSchema;
const partPath = z.object({ ...uploadPathSchema.shape, ...companionPartPathSchema.shape });
const query = companionKeySchema;

/** Companion's protocol, for uploads by an unmodified Uppy: all of its operations, below each of its bases. */
export function createHandler(given: CompanionPorts, runtime: Runtime): ApiHandler {
  const { now, randomBytes } = runtime;
  const ports = { ...given, randomBytes };
  const bucket = ports.sourceBucket;
  const authenticate = ownerFromCapability((capability) =>
    ports.capabilities.find(capability, now()),
  );

  const route = <const Schemas extends RequestSchemas>(
    schemas: Schemas,
    respond: (request: ApiRequest<Schemas>) => Promise<ApiResult>,
  ) =>
    apiRoute(
      runtime,
      {
        schemas,
        limitRequests: ports.limitRequests,
        authenticate,
        problemMembers: companionProblemMembers,
        bodyLimitBytes: MAX_COMPLETION_BYTES,
      },
      respond,
    );

  const operations: Readonly<Record<CompanionOperation, ApiHandler>> = {
    'create-multipart': route({ body: companionCreateSchema }, async (request) => {
      const { owner, subject, body } = request;
      const input = { owner, subject, request: body };
      const { upload } = accepted(await createCompanionMultipart(ports, input, now()));
      return createdResponse(upload, bucket);
    }),
    form: route({ query: companionParamsSchema }, async ({ owner, subject, query: params }) => {
      const input = { owner, subject, request: fromParams(params) };
      const at = now();
      const { grant } = accepted(await createCompanionForm(ports, input, at));
      return formResponse(grant, at);
    }),
    'list-parts': route({ path, query }, async (request) => {
      const { parts } = accepted(await listParts(ports, referenceOf(request)));
      return partsResponse(parts);
    }),
    'sign-part': route({ path: partPath, query }, async (request) => {
      const { partNumber } = request.path;
      const at = now();
      const signed = await signParts(
        ports,
        { ...referenceOf(request), partNumbers: [partNumber] },
        at,
      );
      return partUrlResponse(accepted(signed), partNumber, at);
    }),
    'sign-batch': route({ path, query: companionBatchSchema }, async (request) => {
      const { partNumbers } = request.query;
      const signed = await signParts(ports, { ...referenceOf(request), partNumbers }, now());
      return batchResponse(accepted(signed));
    }),
    'complete-multipart': route({ path, query, body: companionCompleteSchema }, async (request) => {
      const parts = request.body.parts.map(({ PartNumber, ETag }) => ({
        partNumber: PartNumber,
        etag: ETag,
      }));
      const input = { ...referenceOf(request), request: { parts } };
      const { upload } = accepted(await completeUpload(ports, input, now()));
      return completedResponse(upload, bucket);
    }),
    'abort-multipart': route({ path, query }, async (request) => {
      accepted(await abandonUpload(ports, referenceOf(request), now()));
      return abortedResponse();
    }),
  };

  return (event, invocation) => {
    const operation = companionOperationOf(event.routeKey ?? '');
    if (!operation) throw new TypeError(`${event.routeKey ?? 'No route'} is not an operation.`);
    return operations[operation](event, invocation);
  };
}

function referenceOf(request: {
  readonly owner: string;
  readonly path: { readonly id: string };
  readonly query: { readonly key: string };
}) {
  return { owner: request.owner, uploadId: request.path.id, objectKey: request.query.key };
}

export const handler = lambdaHandler('companion', (environment, runtime) => {
  const table = uploadTable(environment.TABLE_NAME);
  const client = s3Client();
  const source = { client, name: environment.SOURCE_BUCKET };
  return createHandler(
    {
      uploads: bind(table, {
        get: getUploadItem,
        changeStatus,
        returnQuota,
        recordMultipartUpload,
      }),
      reservations: bind(table, { findIdempotencyKey, getDay, getQuota, reserve }),
      capabilities: bind(table, { find: findCapability }),
      multipart: bind(source, {
        create: createMultipart,
        abort: abortMultipart,
        listParts: listStoredParts,
        complete: completeMultipart,
      }),
      sources: bind(source, { head: headObject }),
      signers: grantSigners(environment, client),
      policy: environment.UPLOAD_POLICY,
      retention: { endedDays: environment.ENDED_DAYS },
      budgets: environment.BUDGETS,
      sourceBucket: environment.SOURCE_BUCKET,
      intake: intakeOf(table),
      limitRequests: requestLimits(bind(table, { add: addRequests }), environment.BUDGETS),
    },
    runtime,
  );
});
