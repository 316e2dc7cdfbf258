import { AwsError } from '../shared/aws-error.ts';

export interface RouteMatch<Route> {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Entry<Route> {
  readonly method: string;
  readonly segments: readonly Segment[];
  readonly route: Route;
}

type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' | 'rest'; readonly name: string };

/** The lower rank wins at the first segment in which two matching routes differ. */
const RANK = { text: 0, one: 1, rest: 2 } as const;

/**
 * The routes of an HTTP API. The most specific path wins: text before a parameter before `{name+}`. For the
 * same path, a method wins over ANY. `$default` matches if nothing else does.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export class RouteTable<Route> {
  readonly #entries = new Map<string, Entry<Route>>();
  readonly #keys = new Set<string>();
  #default: Route | undefined;

  /** Throws ConflictException when another route has the same key. */
  add(routeKey: string, route: Route): void {
    if (routeKey === '$default') {
      if (this.#default !== undefined) throw duplicate(routeKey);
      this.#default = route;
      this.#keys.add(routeKey);
      return;
    }
    const [method = '', path = ''] = routeKey.split(' ');
    const identity = `${method} ${path.replaceAll(/\{[^}]*?(\+?)\}/g, '{$1}')}`;
    if (this.#entries.has(identity)) throw duplicate(routeKey);
    this.#entries.set(identity, { method, segments: parse(path), route });
    this.#keys.add(routeKey);
  }

  /** Whether there is a route with exactly this key. */
  has(routeKey: string): boolean {
    return this.#keys.has(routeKey);
  }

  /** `path` is decoded and without the stage. Parameters are decoded. */
  match(method: string, path: string): RouteMatch<Route> | undefined {
    const given = split(path);
    const [best] = [...this.#entries.values()]
      .filter((entry) => entry.method === method || entry.method === 'ANY')
      .flatMap((entry) => {
        const parameters = parametersOf(entry.segments, given);
        return parameters === undefined ? [] : [{ entry, parameters }];
      })
      .sort((a, b) => compare(a.entry, b.entry));
    if (best !== undefined) return { route: best.entry.route, parameters: best.parameters };
    return this.#default === undefined ? undefined : { route: this.#default, parameters: {} };
  }
}

function parse(path: string): Segment[] {
  return split(path).map((segment) => {
    const match = /^\{([\w.-]+)(\+?)\}$/.exec(segment);
    if (match?.[1] === undefined) return { kind: 'text', text: segment };
    return { kind: match[2] === '+' ? 'rest' : 'one', name: match[1] };
  });
}

const split = (path: string) => path.replace(/^\//, '').split('/');

function parametersOf(
  segments: readonly Segment[],
  given: readonly string[],
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index];
    if (value === undefined) return undefined;
    if (segment.kind === 'text') {
      if (segment.text !== value) return undefined;
    } else if (segment.kind === 'rest') {
      parameters[segment.name] = given.slice(index).join('/');
      return parameters[segment.name] === '' ? undefined : parameters;
    } else {
      if (value === '') return undefined;
      parameters[segment.name] = value;
    }
  }
  return segments.length === given.length ? parameters : undefined;
}

function compare<Route>(a: Entry<Route>, b: Entry<Route>): number {
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index];
    if (other === undefined) break;
    const difference = RANK[segment.kind] - RANK[other.kind];
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function duplicate(routeKey: string): AwsError {
  return new AwsError(
    'ConflictException',
    `Route with key ${routeKey} already exists for this API`,
    409,
  );
}
