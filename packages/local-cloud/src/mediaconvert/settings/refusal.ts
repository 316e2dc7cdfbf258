import type * as z from 'zod';
import { AwsError } from '../../shared/aws-error.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const MAX_MESSAGES = 5;
const MAX_VALUE_CHARACTERS = 80;

/**
 * The error for settings that are not valid or not supported: 400 BadRequestException with one message per
 * mistake, `/inputs/0/fileInput: Should …`, what is allowed and what was given.
 */
export function refusal(error: z.ZodError, input: unknown): AwsError {
  const messages = flatten(error.issues, []).map(({ path, text }) => {
    const came = valueAt(input, path);
    return `/${path.map(String).join('/')}: ${text}${came === undefined ? '' : `; got ${shown(came)}`}`;
  });
  const shownMessages = [...new Set(messages)].slice(0, MAX_MESSAGES);
  return new AwsError('BadRequestException', shownMessages.join(' | '), 400);
}

interface Mistake {
  readonly path: Path;
  readonly text: string;
}

function flatten(issues: readonly Issue[], base: Path): Mistake[] {
  return issues.flatMap((issue): Mistake[] => {
    const path = [...base, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({
          path: [...path, key],
          text: 'Is not a setting that is supported here',
        }));
      case 'invalid_value':
        return [{ path, text: `Should be one of [${issue.values.map(String).join(', ')}]` }];
      case 'invalid_union':
        return flatten(closest(issue.errors), path);
      default:
        return [{ path, text: issue.message }];
    }
  });
}

/**
 * The alternative of a union that was probably meant: the one in which all constants match. If there is none,
 * an issue with the constants that the alternatives allow.
 */
function closest(alternatives: readonly (readonly Issue[])[]): readonly Issue[] {
  const wrong = (issues: readonly Issue[]) =>
    issues.filter((each) => each.code === 'invalid_value');
  const meant = alternatives.find((issues) => wrong(issues).length === 0);
  if (meant !== undefined) return meant;
  const [first] = wrong(alternatives[0] ?? []);
  if (first?.code !== 'invalid_value') return alternatives[0] ?? [];
  const place = first.path.join('/');
  const values = alternatives.flatMap((issues) =>
    wrong(issues).flatMap((each) =>
      each.code === 'invalid_value' && each.path.join('/') === place ? each.values : [],
    ),
  );
  return [{ ...first, values }];
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text;
}
