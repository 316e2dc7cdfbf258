import { validationError } from '../errors.ts';

/** What a check finds in a request. */
export interface Findings {
  /** The limits that are broken, in AWS's words. */
  readonly problems: string[];
  /** Whether a member is null, which means that it is missing. */
  hasNulls: boolean;
}

/** What a request, or a part of it, must look like. `T` is what it is known to be after the check. */
export interface Shape<T> {
  /**
   * Throws SerializationException for another JSON type and ValidationException for an unknown member;
   * collects what breaks a limit.
   * @param path as AWS names it in errors: `keySchema.1.member.keyType`
   */
  check(value: unknown, path: string, findings: Findings): void;
  /** The value without members that are null; missing where it has no members. */
  withoutNulls?(value: unknown): unknown;
  /** The value as AWS shows it in errors. */
  show(value: unknown): string;
  readonly type?: T;
}

export type Shaped<S> = S extends Shape<infer T> ? T : never;

interface Required<T> {
  readonly shape: Shape<T>;
  readonly required: true;
}

export type Members = Readonly<Record<string, Shape<unknown> | Required<unknown>>>;

type Simplify<T> = { readonly [K in keyof T]: T[K] };
export type Structure<M extends Members> = Simplify<
  {
    [K in keyof M as M[K] extends Required<unknown> ? K : never]: M[K] extends Required<infer T>
      ? T
      : never;
  } & {
    [K in keyof M as M[K] extends Required<unknown> ? never : K]?:
      | (M[K] extends Shape<infer T> ? T : never)
      | undefined;
  }
>;

export function required<T>(shape: Shape<T>): Required<T> {
  return { shape, required: true };
}

export function problem(path: string, shown: string, constraint: string): string {
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

/** Throws one ValidationException that lists all problems. */
export function assertNoProblems(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const errors = problems.length === 1 ? 'error' : 'errors';
  throw validationError(`${problems.length} validation ${errors} detected: ${problems.join('; ')}`);
}
