import type * as z from 'zod';
import { AwsError } from '../../shared/aws-error.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const MAX_MESSAGES = 5;
const MAX_VALUE_CHARACTERS = 80;

/**
 * MediaConvert's answer to settings that it does not take: 400 BadRequestException, one message for each
 * mistake, `/inputs/0/fileInput: Should …`, with what came and what is allowed.
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
 * Of a choice's alternatives, the one that was meant: with no wrong constant (the constants tell the
 * alternatives apart). When every alternative has one, the constants that all of them allow together.
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
