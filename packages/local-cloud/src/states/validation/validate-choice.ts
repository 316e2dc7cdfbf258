import type { QueryLanguage } from '../language/definition.ts';
import { isArray, isObject, type Json, type JsonObject } from '../language/json.ts';
import { parseTimestamp } from '../language/timestamp.ts';
import { OPERATORS } from '../query/choice-rules.ts';
import { expressionIn } from '../query/jsonata.ts';
import { pathSyntaxError } from '../query/path-syntax.ts';
import type { Problems } from './problems.ts';
import { validateTemplate } from './validate-queries.ts';

const COMBINING = ['And', 'Or', 'Not'];
const AROUND = ['Next', 'Comment', 'Assign'];

/** Validates one rule of Choices, without Next, Assign and Output. */
export function validateChoiceRule(
  rule: JsonObject,
  location: string,
  language: QueryLanguage,
  problems: Problems,
): void {
  if (language === 'JSONata') validateCondition(rule, location, problems);
  else validateComparison(rule, location, true, problems);
}

function validateCondition(rule: JsonObject, location: string, problems: Problems): void {
  for (const field of Object.keys(rule))
    if (![...AROUND, 'Condition', 'Output'].includes(field))
      problems.add(
        `${location}/${field}`,
        `The field '${field}' is not supported in a rule with the query language JSONata`,
      );
  const { Condition: condition } = rule;
  const at = `${location}/Condition`;
  if (typeof condition === 'boolean') return;
  if (typeof condition !== 'string' || expressionIn(condition) === undefined)
    problems.add(at, 'Condition must be a JSONata expression {% … %} or a boolean');
  else validateTemplate(condition, at, 'JSONata', problems);
}

function validateComparison(
  rule: Json,
  location: string,
  outermost: boolean,
  problems: Problems,
): void {
  if (isObject(rule)) validateRule(rule, location, outermost, problems);
  else problems.add(location, 'A rule must be an object');
}

function validateRule(rule: JsonObject, location: string, outermost: boolean, problems: Problems) {
  const fields = Object.keys(rule).filter((field) => !(outermost && AROUND.includes(field)));
  const combining = fields.filter((field) => COMBINING.includes(field));
  if (combining.length > 0) return validateCombination(rule, fields, location, problems);
  const operators = fields.filter((field) => OPERATORS.has(field));
  for (const field of fields)
    if (field !== 'Variable' && field !== 'Comment' && !OPERATORS.has(field))
      problems.add(`${location}/${field}`, `The field '${field}' is not supported in a rule`);
  if (operators.length !== 1 || operators[0] === undefined)
    return problems.add(location, 'A rule must have exactly one comparison operator');
  validatePath(rule.Variable, `${location}/Variable`, problems);
  validateOperand(operators[0], rule[operators[0]] ?? null, location, problems);
}

function validateCombination(
  rule: JsonObject,
  fields: readonly string[],
  location: string,
  problems: Problems,
) {
  const [field = ''] = fields.filter((each) => each !== 'Comment');
  if (fields.filter((each) => each !== 'Comment').length !== 1)
    return problems.add(location, 'And, Or and Not must stand alone in a rule');
  const at = `${location}/${field}`;
  const inner = rule[field] ?? null;
  if (field === 'Not') return validateComparison(inner, at, false, problems);
  if (!isArray(inner) || inner.length === 0)
    return problems.add(at, `${field} must be a non-empty array of rules`);
  for (const [index, each] of inner.entries())
    validateComparison(each, `${at}[${index}]`, false, problems);
}

function validateOperand(operator: string, value: Json, location: string, problems: Problems) {
  const at = `${location}/${operator}`;
  if (operator.endsWith('Path')) return validatePath(value, at, problems);
  const needed = /^(?:Is|Boolean)/.test(operator)
    ? 'boolean'
    : operator.startsWith('Numeric')
      ? 'number'
      : 'string';
  if (typeof value !== needed) problems.add(at, `The value must be a ${needed}`);
  else if (operator.startsWith('Timestamp') && parseTimestamp(String(value)) === undefined)
    problems.add(at, 'The value must be an ISO 8601 timestamp');
}

function validatePath(value: Json | undefined, location: string, problems: Problems): void {
  const error = typeof value === 'string' ? pathSyntaxError(value) : 'it is not a string';
  if (error !== undefined) problems.add(location, `The value must be a valid JSONPath: ${error}`);
}
