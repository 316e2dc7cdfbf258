import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import * as z from 'zod/mini';
import {
  checksumSchema,
  completeUploadRequestSchema,
  createUploadRequestSchema,
  idempotencyKeySchema,
  listUploadsQuerySchema,
  signPartsQuerySchema,
  signPartsRequestSchema,
} from '../../../../core/contract/requests.ts';
import { type Route, routes } from '../../../../core/contract/routes.ts';
import { uploadPathSchema } from '../../../../core/contract/upload-path.ts';

const CORE = join(import.meta.dirname, '../../../../core');

/** What a file imports, types left out: they are gone when it runs. */
function importsOf(file: string): string[] {
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\s[^;]*?from '([^']+)';/gm,
  );
  return [...statements]
    .filter(([statement]) => !/^(import|export) type /.test(statement))
    .map(([, from = '']) => from);
}

describe('The contract', () => {
  it('runs in a browser: its files import only zod/mini and one another', () => {
    const queue = readdirSync(join(CORE, 'contract')).map((name) => join(CORE, 'contract', name));
    const packages = new Set<string>();
    const files = new Set(queue);
    for (const file of files) {
      for (const from of importsOf(file)) {
        if (from.startsWith('.')) files.add(normalize(join(dirname(file), from)));
        else packages.add(from);
      }
    }
    expect([...packages]).toEqual(['zod/mini']);
    const outside = [...files]
      .map((file) => relative(CORE, file))
      .filter((file) => !file.startsWith('contract/'));
    expect(outside).toEqual([]);
  });

  it('describes every request and response as JSON Schema', () => {
    for (const { request, query, response } of routes as readonly Route[]) {
      for (const schema of [request, query]) {
        if (schema)
          expect(z.toJSONSchema(schema, { io: 'input' })).toHaveProperty('type', 'object');
      }
      expect(z.toJSONSchema(response, { io: 'output' })).toHaveProperty('type', 'object');
    }
  });

  it('has each method and path once', () => {
    const places = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(places).size).toBe(places.length);
  });

  const notes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`note-${index}`, 'x']));

  const creation = { fileName: 'a.mp4', contentType: 'video/mp4', size: 1 };

  it.each<[string, z.ZodMiniType, unknown]>([
    ['a creation', createUploadRequestSchema, creation],
    ['a creation with notes', createUploadRequestSchema, { ...creation, metadata: { a: 'b' } }],
    ['an empty list of notes', createUploadRequestSchema, { ...creation, metadata: {} }],
    ['twenty notes', createUploadRequestSchema, { ...creation, metadata: notes(20) }],
    ['S3’s own checksum', checksumSchema, 'rosUhgp5mIE='],
    ['no query', listUploadsQuerySchema, {}],
    ['a query', listUploadsQuerySchema, { limit: '100', status: 'ready', cursor: 'x' }],
    ['all parts', signPartsRequestSchema, {}],
    ['some parts', signPartsRequestSchema, { partNumbers: [3, 1] }],
    ['URLs', signPartsQuerySchema, { expand: 'urls', limit: '1000' }],
    ['a completion', completeUploadRequestSchema, { parts: [{ partNumber: 1, etag: '"a"' }] }],
    ['a UUIDv7 in a path', uploadPathSchema, { id: '019b7c2e-5a3e-7000-8000-0123456789ab' }],
    ['a UUID as key', idempotencyKeySchema, '019b7c2e-5a3e-7000-8000-0123456789ab'],
  ])('takes %s', (_what, schema, value) => {
    expect(schema.safeParse(value).error).toBeUndefined();
  });

  it.each<[string, z.ZodMiniType, unknown]>([
    ['an unknown field', createUploadRequestSchema, { ...creation, acl: 'public-read' }],
    ['a size in words', createUploadRequestSchema, { ...creation, size: '1' }],
    ['half a byte', createUploadRequestSchema, { ...creation, size: 1.5 }],
    ['a negative size', createUploadRequestSchema, { ...creation, size: -1 }],
    ['a size that no number holds', createUploadRequestSchema, { ...creation, size: 2 ** 53 }],
    ['notes that are no strings', createUploadRequestSchema, { ...creation, metadata: { a: 1 } }],
    [
      'a note’s name with a space',
      createUploadRequestSchema,
      { ...creation, metadata: { 'a b': 'c' } },
    ],
    ['twenty-one notes', createUploadRequestSchema, { ...creation, metadata: notes(21) }],
    ['a checksum of nine bytes', checksumSchema, 'AAAAAAAAAAAA'],
    ['a checksum with bits to spare', checksumSchema, 'rosUhgp5mIF='],
    ['a limit of 0', listUploadsQuerySchema, { limit: '0' }],
    ['a limit of 101', listUploadsQuerySchema, { limit: '101' }],
    ['a limit in words', listUploadsQuerySchema, { limit: 'ten' }],
    ['an unknown status', listUploadsQuerySchema, { status: 'done' }],
    ['no part at all', signPartsRequestSchema, { partNumbers: [] }],
    ['part 0', signPartsRequestSchema, { partNumbers: [0] }],
    ['part 10,001', signPartsRequestSchema, { partNumbers: [10_001] }],
    ['the same part twice', signPartsRequestSchema, { partNumbers: [1, 1] }],
    ['a completion without parts', completeUploadRequestSchema, { parts: [] }],
    ['a UUIDv4 in a path', uploadPathSchema, { id: '019b7c2e-5a3e-4000-8000-0123456789ab' }],
    ['a path without an id', uploadPathSchema, {}],
    ['a key with a line break', idempotencyKeySchema, 'a\nb'],
    ['a key of 256 characters', idempotencyKeySchema, 'a'.repeat(256)],
  ])('refuses %s', (_what, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});
