import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import {
  compactGrantSchema,
  expandedGrantSchema,
  formGrantSchema,
  putGrantSchema,
} from '../../core/contract/grant.ts';
import { companionPartPathSchema } from '../../core/contract/companion.ts';
import {
  companionBases,
  type CompanionRoute,
  companionRoutes,
} from '../../core/contract/companion-routes.ts';
import { mediaFactsSchema } from '../../core/contract/media.ts';
import { problemSchema } from '../../core/contract/problem.ts';
import { PROBLEM_CONTENT_TYPE } from '../../core/contract/problem-type.ts';
import { idempotencyKeySchema } from '../../core/contract/requests.ts';
import { type Route, routes } from '../../core/contract/routes.ts';
import { uploadSchema } from '../../core/contract/upload.ts';
import { uploadPathSchema } from '../../core/contract/upload-path.ts';
import { writeReasonCodes } from './reason-codes.ts';

/** Schemas with a name in the document. All others are inlined. */
const NAMED: Readonly<Record<string, z.ZodMiniType>> = {
  Upload: uploadSchema,
  Media: mediaFactsSchema,
  CompactGrant: compactGrantSchema,
  ExpandedGrant: expandedGrantSchema,
  PutGrant: putGrantSchema,
  FormGrant: formGrantSchema,
  Problem: problemSchema,
};

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The OpenAPI 3.1 document of the API, derived from the schemas that the handlers use to check requests. */
export function openApiDocument(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of [...apiRoutes(), ...companion()]) {
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = operation(route);
    paths[route.path] = path;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'reelgate',
      version: '1',
      description:
        'Upload large videos in parts straight to S3, and play them when they are ready.',
    },
    security: [{ accessToken: [] }],
    paths,
    components: {
      schemas: namedSchemas(),
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}

/** Routes without a token have no security. */
function apiRoutes(): (Route & { readonly security?: readonly [] })[] {
  return (routes as readonly Route[]).map((route) =>
    route.access === 'open' ? { ...route, security: [] as const } : route,
  );
}

/** The operations of Companion below each base path. Paths with a capability need no token. */
function companion(): (Route & { readonly security?: readonly [] })[] {
  return Object.entries(companionBases).flatMap(([base, prefix]) =>
    (companionRoutes as readonly CompanionRoute[]).map(({ operation, ...route }) => ({
      ...route,
      name: `companion-${operation}-by-${base}`,
      path: prefix + route.path,
      status: 200,
      ...(base === 'capability' && { security: [] as const }),
    })),
  );
}

/** Path parameters by name. Others are strings. */
const PATH_PARAMETERS: Readonly<Record<string, z.ZodMiniType>> = {
  id: uploadPathSchema.shape.id,
  partNumber: companionPartPathSchema.shape.partNumber,
};

function operation(route: Route & { readonly security?: readonly [] }): Record<string, unknown> {
  return {
    operationId: route.name,
    ...(route.security && { security: route.security }),
    summary: route.summary,
    parameters: parameters(route),
    ...(route.bodyTypes && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          route.bodyTypes.map((type) => [type, { schema: { type: 'string' } }]),
        ),
      },
    }),
    ...(route.request && {
      requestBody: {
        // Only the request for a new grant of all parts can have no body.
        required: !route.request.safeParse({}).success,
        content: { 'application/json': { schema: jsonSchema(route.request, 'input') } },
      },
    }),
    responses: {
      [route.status]: {
        description: 'Done',
        ...(route.status === 201 && {
          headers: { Location: { schema: { type: 'string' }, description: 'The new upload' } },
        }),
        content: { 'application/json': { schema: jsonSchema(route.response, 'output') } },
      },
      default: {
        description: 'Refused or failed: RFC 9457',
        content: { [PROBLEM_CONTENT_TYPE]: { schema: reference('Problem') } },
      },
    },
  };
}

function parameters(route: Route): unknown[] {
  const path = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    schema: jsonSchema(PATH_PARAMETERS[name] ?? z.string(), 'output'),
    in: 'path',
    required: true,
  }));
  const header =
    route.name === 'create-upload'
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            description: 'A repeated request with the same key returns the same upload for one day.',
            schema: jsonSchema(idempotencyKeySchema, 'input'),
          },
        ]
      : [];
  const query = route.query ? fields(route.query).map((field) => ({ ...field, in: 'query' })) : [];
  return [...path, ...header, ...query];
}

/** A query's numbers come as text: what the text stands for is what a reader wants to know. */
function fields(schema: z.ZodMiniType): { name: string; schema: unknown }[] {
  const { properties = {} } = jsonSchema(schema, 'output');
  return Object.entries(properties as Record<string, unknown>).map(([name, schema]) => ({
    name,
    schema,
  }));
}

/** A schema as JSON Schema 2020-12, with references to the named ones. */
function jsonSchema(schema: z.ZodMiniType, io: 'input' | 'output'): Record<string, unknown> {
  const { schemas } = z.toJSONSchema(registry(['_', schema]), { uri: uriOf, io });
  const found = plain(schemas._);
  return io === 'output' ? open(found) : found;
}

function namedSchemas(): Record<string, unknown> {
  const { schemas } = z.toJSONSchema(registry(), { uri: uriOf, io: 'output' });
  return Object.fromEntries(Object.keys(NAMED).map((name) => [name, open(plain(schemas[name]))]));
}

function registry(more?: readonly [string, z.ZodMiniType]) {
  const named = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) named.add(schema, { id });
  if (more) named.add(more[1], { id: more[0] });
  return named;
}

function uriOf(name: string): string {
  return `#/components/schemas/${name}`;
}

/**
 * A schema without `$id` and `$schema`, which belong to the document, and without the bounds of a safe integer, which
 * carry no information for a reader.
 */
function plain(schema: unknown): Record<string, unknown> {
  const { $id, $schema, ...rest } = (schema ?? {}) as Record<string, unknown>;
  return without(rest, (name, value) => {
    const safe = Number.MAX_SAFE_INTEGER;
    return (name === 'minimum' && value === -safe) || (name === 'maximum' && value === safe);
  }) as Record<string, unknown>;
}

/** Responses may get new members: a client must accept members that it does not know. */
function open(schema: Record<string, unknown>): Record<string, unknown> {
  return without(
    schema,
    (name, value) => name === 'additionalProperties' && value === false,
  ) as Record<string, unknown>;
}

function without(value: unknown, left: (name: string, value: unknown) => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, left));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => !left(name, member))
      .map(([name, member]) => [name, without(member, left)]),
  );
}

export const DOCUMENT_FILE = join(import.meta.dirname, 'openapi.json');

/** As the file stands in the repository. */
export function documentText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

/** What the repository holds now; empty where there is no file yet. */
export function committedText(): string {
  try {
    return readFileSync(DOCUMENT_FILE, 'utf8');
  } catch {
    return '';
  }
}

if (import.meta.main) {
  writeFileSync(DOCUMENT_FILE, documentText());
  writeReasonCodes();
}
