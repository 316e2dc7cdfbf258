import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Condition?: unknown;
}

interface Resource {
  Type: string;
  Properties?: Record<string, unknown> & {
    PolicyDocument?: { Statement: Statement[] };
    Policies?: { PolicyDocument: { Statement: Statement[] } }[];
  };
  Metadata?: Record<string, unknown>;
}

export interface Template {
  readonly Resources: Record<string, Resource>;
}

/** Copies an assembly and changes its templates; the copy links to the bundles. */
export function copyAssembly(
  from: string,
  to: string,
  change: (template: Template) => void,
): string {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const path = join(from, name);
    if (name.startsWith('asset.')) symlinkSync(path, join(to, name));
    else if (!name.endsWith('.template.json')) writeFileSync(join(to, name), readFileSync(path));
    else {
      const template = JSON.parse(readFileSync(path, 'utf8')) as Template;
      change(template);
      writeFileSync(join(to, name), JSON.stringify(template));
    }
  }
  return to;
}

/** One permission of one role. */
export interface Removal {
  /** CDK path of the role without its stack: `Api/CreateUpload/Role`. */
  readonly role: string;
  readonly action: string;
  /** A part of the resource in the template, if the action is allowed on several. */
  readonly resource?: string;
}

/**
 * Copies an assembly without the permissions in `removals`.
 *
 * @throws Error if the templates do not have one of them
 */
export function removePermissions(from: string, to: string, removals: readonly Removal[]): string {
  const left = new Set(removals);
  copyAssembly(from, to, (template) => {
    for (const resource of Object.values(template.Resources)) {
      for (const removal of removals) {
        if (isOf(removal, resource) && removeFrom(resource, removal)) left.delete(removal);
      }
    }
  });
  const [missed] = left;
  if (!missed) return to;
  throw new Error(`The templates do not allow ${missed.role} the action ${missed.action}.`);
}

/** Whether a resource is the role or CDK's policy of the role. */
function isOf({ role }: Removal, { Metadata }: Resource): boolean {
  const path = String(Metadata?.['aws:cdk:path'] ?? '');
  return new RegExp(`^[^/]+/${role}(/|$)`).test(path);
}

function removeFrom({ Properties = {} }: Resource, { action, resource }: Removal): boolean {
  const documents = [
    ...(Properties.PolicyDocument ? [Properties.PolicyDocument] : []),
    ...(Properties.Policies ?? []).map(({ PolicyDocument }) => PolicyDocument),
  ];
  let removed = false;
  for (const document of documents) {
    document.Statement = document.Statement.flatMap((statement) => {
      const actions = [statement.Action].flat();
      if (!actions.includes(action)) return [statement];
      const { taken, kept } = split(statement.Resource, resource);
      if (taken.length === 0) return [statement];
      removed = true;
      // IAM rejects a statement without actions and a policy without statements.
      const others = actions.filter((each) => each !== action);
      return [
        { ...statement, Action: others.length > 0 ? others : ['none:Nothing'] },
        ...(kept.length > 0 ? [{ ...statement, Action: [action], Resource: kept }] : []),
      ];
    });
  }
  return removed;
}

function split(resources: unknown, part: string | undefined) {
  const all = [resources].flat();
  const taken = all.filter((each) => part === undefined || JSON.stringify(each).includes(part));
  return { taken, kept: all.filter((each) => !taken.includes(each)) };
}
