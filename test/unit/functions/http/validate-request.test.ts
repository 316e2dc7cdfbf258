import * as z from 'zod/mini';
import {
  completeUploadRequestSchema,
  createUploadRequestSchema,
  listUploadsQuerySchema,
} from '../../../../core/contract/requests.ts';
import { uploadPathSchema } from '../../../../core/contract/upload-path.ts';
import type { ProblemError } from '../../../../functions/http/problem-error.ts';
import { validateRequest } from '../../../../functions/http/validate-request.ts';
import { exchange } from './exchange.ts';

const ID = '018f3b1e-7a00-7abc-8def-0123456789ab';

function problemOf(
  schemas: Parameters<typeof validateRequest>[0],
  more: Parameters<typeof exchange>[0],
) {
  try {
    validateRequest(schemas).before(exchange(more));
  } catch (error) {
    return error as ProblemError;
  }
  throw new Error('The request was accepted.');
}

describe('Validating a request', () => {
  it('passes valid values on, with defaults', () => {
    const request = exchange({
      pathParameters: { id: ID },
      queryStringParameters: { limit: '7' },
    });
    validateRequest({ path: uploadPathSchema, query: listUploadsQuerySchema }).before(request);
    expect(request.event.valid).toMatchObject({ path: { id: ID }, query: { limit: 7 } });
  });

  it('refuses a malformed id like an absent upload', () => {
    for (const id of ['', 'x', '../x', `${ID} `, ID.replace('-7abc', '-4abc'), undefined]) {
      const { code, details } = problemOf({ path: uploadPathSchema }, { pathParameters: { id } });
      expect([code, details]).toEqual(['upload_not_found', {}]);
    }
  });

  it('points to every invalid field in body, query and headers at once', () => {
    const schemas = {
      query: listUploadsQuerySchema,
      headers: z.object({ 'idempotency-key': z.string().check(z.maxLength(3)) }),
      body: completeUploadRequestSchema,
    };
    const { code, details } = problemOf(schemas, {
      queryStringParameters: { limit: '0', color: 'red' },
      headers: { 'idempotency-key': 'long' },
      json: {
        parts: [
          { partNumber: 1, etag: 'e' },
          { partNumber: 0, etag: 'e' },
        ],
        'a/b~c': 1,
      },
    });
    expect(code).toBe('invalid_request');
    expect(details.errors?.map(({ pointer }) => pointer).sort()).toEqual(
      ['/a~1b~0c', '/parts/1/partNumber', '?color', '?limit', 'header:idempotency-key'].sort(),
    );
  });

  it('describes what is wrong with a field', () => {
    const { details } = problemOf(
      { body: completeUploadRequestSchema },
      { json: { parts: 'all' } },
    );
    expect(details.errors).toEqual([
      {
        pointer: '/parts',
        code: 'invalid_type',
        detail: 'Invalid input: expected array, received string',
      },
    ]);
  });

  it('refuses a field named __proto__ at any depth', () => {
    const json: unknown = JSON.parse(
      '{"fileName":"a.mp4","contentType":"video/mp4","size":7,"metadata":{"__proto__":"x","a":"b"}}',
    );
    const { code, details } = problemOf({ body: createUploadRequestSchema }, { json });
    expect(code).toBe('invalid_request');
    expect(details.errors).toEqual([
      {
        pointer: '/metadata/__proto__',
        code: 'unrecognized_keys',
        detail: 'A field cannot have the name __proto__.',
      },
    ]);
    const top: unknown = JSON.parse('{"__proto__":{}}');
    expect(
      problemOf({ body: createUploadRequestSchema }, { json: top }).details.errors,
    ).toHaveLength(1);
  });

  it('survives a body that is nested as deep as it is long', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(30_000)}${']'.repeat(30_000)}`);
    expect(problemOf({ body: createUploadRequestSchema }, { json: deep }).code).toBe(
      'invalid_request',
    );
  });
});
