import type { AssemblyStack } from './assembly.ts';
import { chooseBranches, conditionValues } from './conditions.ts';
import { topologicalOrder } from './order.ts';
import { type Problem, TemplateError } from './problem.ts';
import { referencesIn } from './references.ts';
import type { Scope } from './resolve.ts';
import { PSEUDO_PARAMETERS, settledScope } from './settled-scope.ts';
import { parseTemplate, type Template } from './template.ts';

export interface PlannedResource {
  readonly logicalId: string;
  readonly type: string;
  /** With selected branches; other intrinsic functions are not evaluated yet. */
  readonly properties: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cdkPath: string | undefined;
  readonly dependencies: ReadonlySet<string>;
}

/** A stack that can be created: all references exist, and none is circular. */
export interface StackPlan {
  readonly name: string;
  /** In order: each after its dependencies. */
  readonly resources: readonly PlannedResource[];
  readonly outputs: Template['Outputs'];
  /** Parameters, mappings and pseudo parameters, without resources and imports. */
  readonly settled: Scope;
}

/** Reads the template of one stack. Calls `report` for each mistake; returns undefined if there is one. */
export function planStack(
  stack: AssemblyStack,
  report: (problem: Problem) => void,
): StackPlan | undefined {
  const attempt = <T>(work: () => T, place: Omit<Problem, 'stack' | 'message'> = {}) => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      report({ stack: stack.name, ...place, message: error.message });
      return undefined;
    }
  };
  return attempt(() => {
    const template = parseTemplate(stack.template);
    const settled = settledScope(stack.name, template);
    const condition = conditionValues(template.Conditions, settled);
    const wanted = (each: { Condition?: string | undefined }) =>
      each.Condition === undefined || condition(each.Condition);

    const kept = Object.entries(template.Resources).filter(
      ([logicalId, each]) => attempt(() => wanted(each), { logicalId, type: each.Type }) ?? false,
    );
    const names = new Set(kept.map(([id]) => id));
    const known = (name: string) =>
      names.has(name) || Object.hasOwn(template.Parameters, name) || PSEUDO_PARAMETERS.has(name);

    const planned = new Map<string, PlannedResource>();
    for (const [logicalId, each] of kept) {
      const cdkPath = textOf(each.Metadata['aws:cdk:path']);
      const place = { logicalId, type: each.Type, ...(cdkPath ? { cdkPath } : {}) };
      attempt(() => {
        const properties = chooseBranches(each.Properties, condition);
        const mentioned = referencesIn(properties).map(({ name }) => name);
        for (const name of [...mentioned, ...each.DependsOn]) {
          if (!known(name) && !Object.hasOwn(template.Resources, name)) {
            throw new TemplateError(
              `refers to ${name}, which is neither a resource nor a parameter`,
            );
          }
          if (!known(name) && mentioned.includes(name)) {
            throw new TemplateError(`refers to ${name}, whose condition is false`);
          }
        }
        planned.set(logicalId, {
          logicalId,
          type: each.Type,
          properties,
          metadata: each.Metadata,
          cdkPath,
          dependencies: new Set(
            [...mentioned, ...each.DependsOn].filter((name) => names.has(name)),
          ),
        });
      }, place);
    }
    const order = topologicalOrder(
      new Map([...planned].map(([id, { dependencies }]) => [id, dependencies])),
    );
    return {
      name: stack.name,
      resources: order.flatMap((id) => planned.get(id) ?? []),
      outputs: Object.fromEntries(
        Object.entries(template.Outputs)
          .filter(([, each]) => wanted(each))
          .map(([id, each]) => [id, { ...each, Value: chooseBranches(each.Value, condition) }]),
      ),
      settled,
    };
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
