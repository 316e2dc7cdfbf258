import { createHash } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import * as z from 'zod';
import { AwsError } from '../../shared/aws-error.ts';
import type { Authorize } from '../../shared/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../../shared/service.ts';
import type { ResponseCache } from '../cache/response-cache.ts';
import { distributionArn } from './hosted-distribution.ts';
import type { HostedDistributions } from './hosted-distributions.ts';

export const INVALIDATIONS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS invalidations (
    distribution TEXT NOT NULL,
    id TEXT NOT NULL,
    reference TEXT NOT NULL,
    paths TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (distribution, reference)
  ) STRICT;
`;

export interface InvalidationOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly cache: ResponseCache;
  readonly distributions: HostedDistributions;
}

interface Invalidation {
  readonly id: string;
  readonly reference: string;
  readonly paths: readonly string[];
  readonly createdAt: number;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-invalidations */
const MAX_PATHS = 3000;
const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
const TARGET = /^\/2020-05-31\/distribution\/(\w+)\/invalidation(?:\/(\w+))?$/;

const batch = z.strictObject({
  CallerReference: z.coerce.string().min(1),
  Paths: z.strictObject({
    Items: z.strictObject({ Path: z.array(z.string()).min(1).max(MAX_PATHS) }),
    Quantity: z.coerce.number(),
  }),
});

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  isArray: (name) => name === 'Path',
});
const builder = new XMLBuilder({ ignoreAttributes: false });

/** The operations CreateInvalidation and GetInvalidation. An invalidation is complete at once. */
export function invalidationApi(options: InvalidationOptions): Service {
  const { authorize, distributions } = options;
  const permitted = (action: string, id: string, { caller }: ServiceRequest) => {
    authorize({ caller, action: `cloudfront:${action}`, resource: distributionArn(id) });
    return distributions.find(id);
  };
  return {
    signingName: 'cloudfront',
    protocol: 'rest-xml',
    handle: async (request) => {
      const [, distribution = '', id] = TARGET.exec(request.path) ?? [];
      if (request.method === 'POST' && distribution !== '' && id === undefined) {
        permitted('CreateInvalidation', distribution, request);
        return respond(201, create(options, distribution, request.body));
      }
      if (request.method === 'GET' && id !== undefined) {
        permitted('GetInvalidation', distribution, request);
        return respond(200, find(options, distribution, id));
      }
      throw new AwsError(
        'NotImplemented',
        `${request.method} ${request.path} is not supported here; supported are CreateInvalidation and GetInvalidation.`,
        501,
      );
    },
  };
}

/** The same reference with the same paths is the same invalidation. */
function create(options: InvalidationOptions, distribution: string, body: Buffer): Invalidation {
  const { database, clock, cache } = options;
  const { reference, paths } = parse(body);
  const id = `I${createHash('sha256').update(`${distribution} ${reference}`).digest('hex').slice(0, 25).toUpperCase()}`;
  const { changes } = database
    .prepare('INSERT INTO invalidations VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
    .run(distribution, id, reference, JSON.stringify(paths), clock.now());
  const stored = find(options, distribution, id);
  if (JSON.stringify(stored.paths) !== JSON.stringify(paths)) {
    throw new AwsError(
      'InvalidationBatchAlreadyExists',
      `There is an invalidation with the reference ${reference} and other paths.`,
      409,
    );
  }
  if (Number(changes) > 0) cache.invalidate(distribution, paths.map(pathTest));
  return stored;
}

/** A `*` at the end stands for all paths that begin so. */
function pathTest(pattern: string): (path: string) => boolean {
  return pattern.endsWith('*')
    ? (path) => path.startsWith(pattern.slice(0, -1))
    : (path) => path === pattern;
}

function parse(body: Buffer): { reference: string; paths: string[] } {
  const text = body.toString();
  // Entities could expand without limit.
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw invalid('The document cannot have entities.');
  const parsed = z.object({ InvalidationBatch: batch }).safeParse(parser.parse(text));
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const { CallerReference: reference, Paths } = parsed.data.InvalidationBatch;
  const { Path: paths } = Paths.Items;
  if (Paths.Quantity !== paths.length)
    throw invalid(`Quantity is ${Paths.Quantity}, but there are ${paths.length} paths.`);
  const wrong = paths.find((path) => !/^\/[^*\s]*\*?$/.test(path));
  if (wrong !== undefined)
    throw invalid(`A path begins with a slash and has a * at its end only; got ${wrong}.`);
  return { reference, paths };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidArgument', message);
}

function find({ database }: InvalidationOptions, distribution: string, id: string): Invalidation {
  const row = database
    .prepare('SELECT * FROM invalidations WHERE distribution = ? AND id = ?')
    .get(distribution, id);
  if (row) return invalidationOf(row);
  throw new AwsError('NoSuchInvalidation', `The invalidation ${id} does not exist.`, 404);
}

function invalidationOf(row: Record<string, SQLOutputValue>): Invalidation {
  return {
    id: String(row.id),
    reference: String(row.reference),
    paths: z.array(z.string()).parse(JSON.parse(String(row.paths))),
    createdAt: Number(row.created_at),
  };
}

function respond(
  status: number,
  { id, reference, paths, createdAt }: Invalidation,
): ServiceResponse {
  const document = {
    Invalidation: {
      '@_xmlns': NAMESPACE,
      Id: id,
      Status: 'Completed',
      CreateTime: new Date(createdAt).toISOString(),
      InvalidationBatch: {
        Paths: { Quantity: paths.length, Items: { Path: paths } },
        CallerReference: reference,
      },
    },
  };
  return { status, headers: { 'content-type': 'text/xml' }, body: builder.build(document) };
}
