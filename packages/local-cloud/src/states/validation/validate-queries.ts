import type { QueryLanguage } from '../language/definition.ts';
import { isArray, isObject, type Json } from '../language/json.ts';
import { NAME_CHARACTERS } from '../language/limits.ts';
import { INTRINSICS } from '../query/intrinsic-functions.ts';
import {
  type IntrinsicCall,
  IntrinsicSyntaxError,
  looksIntrinsic,
  parseIntrinsic,
} from '../query/intrinsic-syntax.ts';
import { jsonataSyntaxError } from '../query/jsonata.ts';
import { expressionsIn } from '../query/jsonata-template.ts';
import { PathSyntaxError, parsePath, pathSyntaxError } from '../query/path-syntax.ts';
import type { Problems } from './problems.ts';

/** Validates the syntax of every expression or path in a payload template. */
export function validateTemplate(
  value: Json,
  location: string,
  language: QueryLanguage,
  problems: Problems,
): void {
  if (language === 'JSONata') {
    for (const expression of expressionsIn(value, location)) {
      const error = jsonataSyntaxError(expression.source);
      if (error !== undefined)
        problems.add(expression.location, `The JSONata expression is not valid: ${error}`);
    }
    return;
  }
  if (isArray(value))
    for (const [index, item] of value.entries())
      validateTemplate(item, `${location}[${index}]`, language, problems);
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value))
    if (!key.endsWith('.$')) validateTemplate(member, `${location}/${key}`, language, problems);
    else validateDynamic(member, `${location}/${key}`, problems);
}

/** A path or an intrinsic function. */
export function validateDynamic(value: Json, location: string, problems: Problems): void {
  if (typeof value !== 'string')
    problems.add(location, 'The value must be a path or an intrinsic function');
  else if (looksIntrinsic(value)) validateIntrinsic(value, location, problems);
  else {
    const error = pathSyntaxError(value);
    if (error !== undefined) problems.add(location, `The value must be a valid JSONPath: ${error}`);
  }
}

function validateIntrinsic(text: string, location: string, problems: Problems): void {
  try {
    checkCall(parseIntrinsic(text), location, problems);
  } catch (error) {
    if (!(error instanceof IntrinsicSyntaxError)) throw error;
    problems.add(location, `The intrinsic function is not valid: ${error.message}`);
  }
}

function checkCall(call: IntrinsicCall, location: string, problems: Problems): void {
  const rule = INTRINSICS.get(call.name);
  if (rule === undefined)
    problems.add(
      location,
      `The intrinsic function '${call.name}' does not exist; supported are ${[...INTRINSICS.keys()].join(', ')}`,
    );
  else if (call.arguments.length < rule.fewest || call.arguments.length > rule.most)
    problems.add(location, `${call.name} does not take ${call.arguments.length} arguments`);
  for (const argument of call.arguments) {
    if (argument.kind === 'call') checkCall(argument.call, location, problems);
    if (argument.kind === 'path') validateDynamic(argument.path, location, problems);
  }
}

/** A path with exactly one place, such as ResultPath. */
export function validateReferencePath(value: Json, location: string, problems: Problems): void {
  try {
    if (typeof value !== 'string') throw new PathSyntaxError('it is not a string');
    const { definite, root } = parsePath(value);
    if (!definite || root !== 'input') throw new PathSyntaxError('it must have exactly one place');
  } catch (error) {
    if (!(error instanceof PathSyntaxError)) throw error;
    problems.add(location, `The value must be a reference path: ${error.message}`);
  }
}

const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** Validates an Assign; returns the names of its variables. */
export function validateAssign(
  value: Json,
  location: string,
  language: QueryLanguage,
  problems: Problems,
): string[] {
  if (!isObject(value)) {
    problems.add(location, 'Assign must be an object');
    return [];
  }
  validateTemplate(value, location, language, problems);
  return Object.keys(value).map((key) => {
    const name = language === 'JSONPath' ? key.replace(/\.\$$/, '') : key;
    if (name === 'states' || !VARIABLE_NAME.test(name) || name.length > NAME_CHARACTERS)
      problems.add(
        `${location}/${key}`,
        `A variable's name is an identifier of at most ${NAME_CHARACTERS} characters other than 'states'`,
      );
    return name;
  });
}
