import * as z from 'zod';
import { type Condition, compileConditions } from './condition.ts';
import { PolicyError } from './policy-error.ts';
import { compilePattern, type Pattern } from './policy-pattern.ts';
import { compilePrincipals, type PrincipalMatch } from './principal.ts';

/** The kind of a policy determines its elements: only identity-based policies have no principal. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Whether the statement applies to an action. */
  readonly coversAction: (action: string) => boolean;
  readonly coversResource: (
    resource: string,
    context: Readonly<Record<string, string | readonly string[]>>,
  ) => boolean;
  readonly principals: PrincipalMatch;
  readonly conditions: readonly Condition[];
}

export interface PolicyDocument {
  readonly statements: readonly Statement[];
}

const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item.transform((value) => [value]), z.array(item).min(1)]) as z.ZodType<z.output<T>[]>;
const texts = oneOrMore(z.string().min(1));
const principal = z.union([
  z.literal('*'),
  z.strictObject({ AWS: texts.optional(), Service: texts.optional() }),
]);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore(scalar))).optional(),
});

const document = z.strictObject({
  // In version 2008-10-17, variables are plain text:
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  Statement: oneOrMore(statement),
});

/**
 * Compiles a policy document. Throws PolicyError with the statement and its mistake: an unknown element,
 * operator, condition key or variable is never ignored.
 */
export function compilePolicy(source: unknown, kind: PolicyKind, name: string): PolicyDocument {
  const parsed = document.safeParse(typeof source === 'string' ? parseJson(source, name) : source);
  if (!parsed.success) {
    throw new PolicyError(`${name} is not a policy: ${z.prettifyError(parsed.error)}`);
  }
  return {
    statements: parsed.data.Statement.map((each, index) => {
      try {
        return compileStatement(each, kind);
      } catch (error) {
        if (!(error instanceof PolicyError)) throw error;
        throw new PolicyError(`${name}, statement ${each.Sid ?? index}: ${error.message}`);
      }
    }),
  };
}

function parseJson(source: string, name: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw new PolicyError(`${name} is not JSON.`);
  }
}

function compileStatement(source: z.output<typeof statement>, kind: PolicyKind): Statement {
  const actions = exactlyOne(source, 'Action', 'NotAction').map(actionPattern);
  const principals = compilePrincipals(source.Principal, source.NotPrincipal, kind);
  const conditions = compileConditions(source.Condition ?? {});
  return {
    effect: source.Effect,
    coversAction: (action) =>
      actions.some((pattern) => pattern.matches(action, {})) !== (source.NotAction !== undefined),
    coversResource: resourceMatch(source, kind),
    principals,
    conditions,
  };
}

function resourceMatch(
  source: z.output<typeof statement>,
  kind: PolicyKind,
): Statement['coversResource'] {
  if (kind === 'trust') {
    if (source.Resource || source.NotResource) {
      throw new PolicyError('a trust policy has no Resource: it applies to its role.');
    }
    return () => true;
  }
  const patterns = exactlyOne(source, 'Resource', 'NotResource').map(resourcePattern);
  return (resource, context) =>
    patterns.some((pattern) => pattern.matches(resource, context)) !==
    (source.NotResource !== undefined);
}

function exactlyOne<K extends 'Action' | 'NotAction' | 'Resource' | 'NotResource'>(
  source: { readonly [name in K]?: string[] | undefined },
  plain: K,
  negated: K,
): string[] {
  const [one, other] = [source[plain], source[negated]];
  if ((one === undefined) === (other === undefined)) {
    throw new PolicyError(`expected exactly one of ${plain} and ${negated}.`);
  }
  return one ?? other ?? [];
}

function actionPattern(action: string): Pattern {
  if (action !== '*' && !/^[a-z0-9-]+:[a-z0-9*?]+$/i.test(action)) {
    throw new PolicyError(`expected an action: "*" or <service>:<name>; got "${action}".`);
  }
  return compilePattern(action, { wildcards: true, ignoreCase: true });
}

function resourcePattern(resource: string): Pattern {
  if (resource !== '*' && !/^(arn|\$\{[^}]+\}):|^\*/.test(resource)) {
    throw new PolicyError(`expected a resource: "*" or an ARN; got "${resource}".`);
  }
  return compilePattern(resource, { wildcards: true });
}
