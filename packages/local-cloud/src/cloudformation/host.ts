import type { ProvidedResource, ResourceProvider } from '../shared/resource.ts';
import type { Assembly } from './assembly.ts';
import { checkProperties, parseProperties } from './check-properties.ts';
import { physicalName } from './physical-name.ts';
import { type Problem, TemplateError, UnsupportedAssembly } from './problem.ts';
import { resolve, type Scope } from './resolve.ts';
import { type PlannedResource, planStack, type StackPlan } from './stack-plan.ts';
import { withoutTls } from './without-tls.ts';

/** A resource of the assembly that exists. */
export interface HostedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** The value of `Ref`. */
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly cdkPath: string | undefined;
}

export interface HostedAssembly {
  /** Values of outputs, by stack and logical id. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly resources: readonly HostedResource[];
}

/**
 * Creates all resources of an assembly, each as soon as its dependencies exist. Throws UnsupportedAssembly
 * with everything that cannot be hosted, as far as possible before the first resource is created. Errors of
 * an engine are reported with the place of the resource.
 */
export async function hostAssembly(
  assembly: Pick<Assembly, 'stacks'>,
  providers: readonly ResourceProvider[],
): Promise<HostedAssembly> {
  const byType = new Map(providers.map((provider) => [provider.type, provider]));
  const plans = planAll(assembly, byType);
  const exports = new Map<string, string>();
  const outputs: Record<string, Record<string, string>> = {};
  const resources: HostedResource[] = [];
  for (const plan of plans) {
    const { made, scope } = await makeStack(plan, byType, exports);
    outputs[plan.name] = settleOutputs(plan, scope, exports);
    for (const { logicalId, type, cdkPath } of plan.resources) {
      const { ref: physicalId, attributes } = made.get(logicalId) ?? { ref: '', attributes: {} };
      resources.push({ stack: plan.name, logicalId, type, physicalId, attributes, cdkPath });
    }
  }
  return { outputs, resources };
}

function planAll(
  { stacks }: Pick<Assembly, 'stacks'>,
  providers: ReadonlyMap<string, ResourceProvider>,
): StackPlan[] {
  const problems: Problem[] = [];
  let unknownType = false;
  const plans = stacks.flatMap((stack) => planStack(stack, (each) => problems.push(each)) ?? []);
  for (const plan of plans) {
    for (const resource of plan.resources) {
      const provider = providers.get(resource.type);
      const messages = provider
        ? checkProperties(resource, plan, provider)
        : ['this type is not supported'];
      unknownType ||= !provider;
      problems.push(...messages.map((message) => problemAt(plan, resource, message)));
    }
  }
  if (problems.length === 0) return plans;
  const types = [...providers.keys()].sort().join(', ');
  throw new UnsupportedAssembly(problems, unknownType ? `Supported types: ${types}` : undefined);
}

function problemAt(
  { name }: StackPlan,
  { logicalId, type, cdkPath }: PlannedResource,
  message: string,
): Problem {
  return { stack: name, logicalId, type, ...(cdkPath ? { cdkPath } : {}), message };
}

async function makeStack(
  plan: StackPlan,
  providers: ReadonlyMap<string, ResourceProvider>,
  exports: ReadonlyMap<string, string>,
): Promise<{ made: ReadonlyMap<string, ProvidedResource>; scope: Scope }> {
  const made = new Map<string, ProvidedResource>();
  const scope = scopeOf(plan, made, exports);
  const pending = new Map<string, Promise<void>>();
  for (const resource of plan.resources) {
    const before = [...resource.dependencies].map((id) => pending.get(id));
    const making = Promise.all(before).then(async () => {
      made.set(resource.logicalId, await make(resource, plan, providers, scope));
    });
    // Awaited below with the others; until then a rejection is not unhandled.
    making.catch(() => {});
    pending.set(resource.logicalId, making);
  }
  const results = await Promise.allSettled(pending.values());
  const failures = new Set(
    results.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : [])),
  );
  const problems = [...failures].flatMap((each) =>
    each instanceof UnsupportedAssembly ? each.problems : [],
  );
  if (problems.length > 0) throw new UnsupportedAssembly(problems);
  for (const failure of failures) throw failure;
  return { made, scope };
}

async function make(
  resource: PlannedResource,
  plan: StackPlan,
  providers: ReadonlyMap<string, ResourceProvider>,
  scope: Scope,
): Promise<ProvidedResource> {
  const provider = providers.get(resource.type);
  if (!provider) throw new Error(`${resource.type} passed the check without a provider.`);
  try {
    return await provider.provide({
      stackName: plan.name,
      logicalId: resource.logicalId,
      physicalName: physicalName(plan.name, resource.logicalId),
      properties: parseProperties(provider, withoutTls(resolve(resource.properties, scope))),
      metadata: resource.metadata,
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problem = problemAt(plan, resource, message);
    throw Object.assign(new UnsupportedAssembly([problem]), { cause: error });
  }
}

function scopeOf(
  plan: StackPlan,
  made: ReadonlyMap<string, ProvidedResource>,
  exports: ReadonlyMap<string, string>,
): Scope {
  return {
    ...plan.settled,
    ref: (name) => made.get(name)?.ref ?? plan.settled.ref(name),
    attribute(logicalId, attribute) {
      const attributes = made.get(logicalId)?.attributes ?? {};
      const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
      if (value !== undefined) return value;
      throw new TemplateError(
        `the resource ${logicalId} has no attribute ${attribute}; it has ${Object.keys(attributes).join(', ') || 'none'}`,
      );
    },
    imported(name) {
      const value = exports.get(name);
      if (value !== undefined) return value;
      throw new TemplateError(
        `no earlier stack exports ${name}; exported are ${[...exports.keys()].join(', ') || 'none'}`,
      );
    },
  };
}

function settleOutputs(
  plan: StackPlan,
  scope: Scope,
  exports: Map<string, string>,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [id, output] of Object.entries(plan.outputs)) {
    try {
      const value = String(withoutTls(resolve(output.Value, scope)));
      values[id] = value;
      if (output.Export) exports.set(String(resolve(output.Export.Name, scope)), value);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const message = `output ${id}: ${error.message}`;
      throw new UnsupportedAssembly([{ stack: plan.name, message }]);
    }
  }
  return values;
}
