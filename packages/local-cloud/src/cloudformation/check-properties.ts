import * as z from 'zod';
import type { ResourceProvider } from '../shared/resource.ts';
import { TemplateError } from './problem.ts';
import { resolve, type Scope } from './resolve.ts';
import type { PlannedResource, StackPlan } from './stack-plan.ts';

/** Represents a value that is known only when another resource exists. */
const PENDING = '\u0000pending\u0000';

/**
 * Checks the properties of a resource before any resource is created: unknown properties always, values only
 * if they do not depend on another resource. Returns one sentence for each mistake.
 */
export function checkProperties(
  resource: PlannedResource,
  plan: StackPlan,
  provider: ResourceProvider,
): string[] {
  const names = new Set(plan.resources.map(({ logicalId }) => logicalId));
  const scope: Scope = {
    ...plan.settled,
    ref: (name) => (names.has(name) ? PENDING : plan.settled.ref(name)),
    attribute: () => PENDING,
    imported: () => PENDING,
  };
  let properties: unknown;
  try {
    properties = resolve(resource.properties, scope);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    // Fn::Select or Fn::Split of a value that is not known yet.
    return isPending(resource.properties) ? [] : [error.message];
  }
  return mistakes(provider, properties)
    .filter(({ certain }) => certain)
    .map(({ text }) => text);
}

/** Parses properties whose values are all known. Throws TemplateError with every mistake. */
export function parseProperties(provider: ResourceProvider, properties: unknown): unknown {
  const parsed = provider.properties.safeParse(properties);
  if (parsed.success) return parsed.data;
  throw new TemplateError(
    parsed.error.issues.map((issue) => describe(issue, properties, provider)).join('; '),
  );
}

function mistakes(provider: ResourceProvider, properties: unknown) {
  const parsed = provider.properties.safeParse(properties);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => ({
    text: describe(issue, properties, provider),
    certain:
      issue.code === 'unrecognized_keys' ||
      !JSON.stringify(valueAt(properties, issue.path) ?? null).includes(
        JSON.stringify(PENDING).slice(1, -1),
      ),
  }));
}

function isPending(properties: unknown): boolean {
  return /"(Ref|Fn::GetAtt|Fn::ImportValue|Fn::Sub)"/.test(JSON.stringify(properties));
}

function describe(
  issue: z.core.$ZodIssue,
  properties: unknown,
  provider: ResourceProvider,
): string {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const allowed = allowedAt(provider.properties, issue.path);
    const where = place ? ` in ${place}` : '';
    return `property ${issue.keys.join(', ')}${where} is not supported${allowed.length > 0 ? `; supported are ${allowed.join(', ')}` : ''}`;
  }
  const inner =
    issue.code === 'invalid_union'
      ? ` (${[...new Set(issue.errors.flat().map((each) => [each.path.join('.'), each.message].filter(Boolean).join(': ')))].join('; ')})`
      : '';
  const got = JSON.stringify(valueAt(properties, issue.path));
  return `property ${place || '(all)'}: ${issue.message}${inner}${got === undefined ? '' : `, got ${got.slice(0, 200)}`}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

/** Names of the members that the schema has at a path; empty if they cannot be determined. */
function allowedAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: JsonSchema | undefined;
  try {
    at = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema;
  } catch {
    return [];
  }
  for (const key of path) {
    at = typeof key === 'number' ? at?.items : at?.properties?.[String(key)];
  }
  return Object.keys(at?.properties ?? {}).sort();
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}
