import { AwsError } from '../../shared/aws-error.ts';
import type { Definition } from '../language/definition.ts';
import { type Json, plain } from '../language/json.ts';
import { DEFINITION_CHARACTERS } from '../language/limits.ts';
import { type Problem, problemsText } from './problems.ts';
import { validateDefinition } from './validate-definition.ts';

/**
 * Reads and validates a definition.
 * @throws AwsError InvalidDefinition with the path of every mistake
 */
export function readDefinition(text: string): Definition {
  const { problems, definition } = inspectDefinition(text);
  if (definition === undefined) throw new AwsError('InvalidDefinition', problemsText(problems));
  return definition;
}

/** Like readDefinition, with the findings instead of an error. */
export function inspectDefinition(text: string): {
  readonly problems: readonly Problem[];
  readonly definition: Definition | undefined;
} {
  const invalid = (message: string) => ({
    problems: [
      { severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message, location: '/' } as const,
    ],
    definition: undefined,
  });
  if (text.length > DEFINITION_CHARACTERS)
    return invalid(`A definition has at most ${DEFINITION_CHARACTERS} characters`);
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return invalid(`The definition is not valid JSON: ${String(error)}`);
  }
  const problems = validateDefinition(json);
  return { problems, definition: problems.length === 0 ? asDefinition(json) : undefined };
}

/** Uses a definition without validation. */
export function asDefinition(json: Json): Definition {
  return plain(json) as unknown as Definition;
}
