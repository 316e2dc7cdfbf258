import { TemplateError } from './problem.ts';

/** The names in order, each after its dependencies. Throws TemplateError with the circle if there is one. */
export function topologicalOrder(
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string) => {
    if (done.has(name)) return;
    const start = path.indexOf(name);
    if (start >= 0) {
      throw new TemplateError(`circular dependency ${[...path.slice(start), name].join(' → ')}`);
    }
    path.push(name);
    for (const dependency of dependencies.get(name) ?? []) visit(dependency);
    path.pop();
    done.add(name);
  };
  for (const name of dependencies.keys()) visit(name);
  return [...done];
}
