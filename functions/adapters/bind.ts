type Operation<First> = (first: First, ...rest: never[]) => unknown;

type Bound<First, Operations> = {
  [Name in keyof Operations]: Operations[Name] extends (
    first: First,
    ...rest: infer Rest
  ) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

/**
 * A port made of an adapter's functions, bound to the table, bucket or client that they all take first. Handlers name
 * the functions that they need, so that a bundle has no others.
 */
export function bind<First, Operations extends Readonly<Record<string, Operation<First>>>>(
  first: First,
  operations: Operations,
): Bound<First, Operations> {
  const bound = Object.entries(operations).map(([name, operation]) => [
    name,
    (...rest: never[]) => operation(first, ...rest),
  ]);
  return Object.fromEntries(bound) as Bound<First, Operations>;
}
