import type { QueryLanguage } from '../language/definition.ts';
import { isArray, isObject, type Json, type JsonObject } from '../language/json.ts';
import { MAX_SECONDS, NAME_CHARACTERS } from '../language/limits.ts';
import { type Problem, Problems } from './problems.ts';
import { SequenceScope } from './sequence-scope.ts';
import { fieldProblem, isStateType, REFUSED_FIELDS, STATE_FIELDS } from './state-fields.ts';
import { validateChoiceRule } from './validate-choice.ts';
import { validateCatch, validateRetry } from './validate-errors.ts';
import { validateAssign, validateTemplate } from './validate-queries.ts';
import { innerSequences, validateFieldValues } from './validate-state.ts';

const TOP_FIELDS = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'];
const INNER_FIELDS = ['Comment', 'StartAt', 'States', 'ProcessorConfig', 'QueryLanguage'];

/** All mistakes of a definition with their paths; empty if it is valid. */
export function validateDefinition(definition: Json): Problem[] {
  const validation = new Validation();
  validation.definition(definition);
  return validation.problems.found;
}

class Validation {
  readonly problems = new Problems();
  readonly #names = new Set<string>();
  #language: QueryLanguage = 'JSONPath';

  definition(definition: Json) {
    if (!isObject(definition)) return this.problems.add('/', 'A definition must be a JSON object');
    const { QueryLanguage: language, TimeoutSeconds: timeout, Version: version } = definition;
    this.#allowed(definition, TOP_FIELDS, '');
    if (language === 'JSONata') this.#language = language;
    else if (language !== undefined && language !== 'JSONPath')
      this.problems.add('/QueryLanguage', "The value must be 'JSONata' or 'JSONPath'");
    if (version !== undefined && version !== '1.0')
      this.problems.add('/Version', "The value must be '1.0'");
    if (
      timeout !== undefined &&
      !(
        typeof timeout === 'number' &&
        Number.isInteger(timeout) &&
        timeout > 0 &&
        timeout <= MAX_SECONDS
      )
    )
      this.problems.add('/TimeoutSeconds', `The value must be an integer from 1 to ${MAX_SECONDS}`);
    this.#sequence(definition, '', new Set());
  }

  /** @param outer variables of the outer sequences, which inner ones can only read */
  #sequence(sequence: JsonObject, location: string, outer: ReadonlySet<string>) {
    const { StartAt: start, States: states } = sequence;
    if (!isObject(states) || Object.keys(states).length === 0)
      return this.problems.add(
        `${location}/States`,
        'States must be an object with at least one state',
      );
    const scope = new SequenceScope(states, outer, this.problems);
    scope.transition(start, `${location}/StartAt`);
    for (const [name, state] of Object.entries(states)) {
      const at = `${location}/States/${name}`;
      this.#name(name, at);
      if (isObject(state)) this.#state(state, at, scope);
      else this.problems.add(at, 'A state must be an object');
    }
    scope.unreachable(`${location}/States`);
    // The variables of a sequence are known when all of its states are read.
    for (const inner of scope.inner)
      if (isObject(inner.sequence)) {
        this.#allowed(inner.sequence, INNER_FIELDS, inner.location);
        this.#sequence(inner.sequence, inner.location, new Set([...outer, ...scope.assigned]));
      } else
        this.problems.add(inner.location, 'The value must be an object with StartAt and States');
  }

  #name(name: string, location: string): void {
    if (name.length > NAME_CHARACTERS)
      this.problems.add(location, `A state's name has at most ${NAME_CHARACTERS} characters`);
    if (this.#names.has(name))
      this.problems.add(location, `The name '${name}' is used twice`, 'DUPLICATE_STATE_NAME');
    this.#names.add(name);
  }

  #state(state: JsonObject, at: string, scope: SequenceScope) {
    const { Type: type } = state;
    if (!isStateType(type))
      return this.problems.add(
        `${at}/Type`,
        `The value must be one of ${Object.keys(STATE_FIELDS).join(', ')}; got ${JSON.stringify(type)}`,
      );
    const language = this.#stateLanguage(state, at);
    for (const field of Object.keys(state)) {
      const refused = REFUSED_FIELDS[field];
      if (refused !== undefined)
        this.problems.add(
          `${at}/${field}`,
          `The field '${field}' is for ${refused}, which is not supported`,
          'NOT_SUPPORTED_HERE',
        );
      else {
        const problem = fieldProblem(type, language, field);
        if (problem !== undefined) this.problems.add(`${at}/${field}`, problem);
      }
    }
    validateFieldValues(state, type, language, at, this.problems);
    if (type === 'Choice') this.#choices(state, at, language, scope);
    else if (type !== 'Succeed' && type !== 'Fail') scope.onward(state, at);
    if (state.Assign !== undefined)
      scope.assigns(
        validateAssign(state.Assign, `${at}/Assign`, language, this.problems),
        `${at}/Assign`,
      );
    if (state.Retry !== undefined) validateRetry(state.Retry, `${at}/Retry`, this.problems);
    if (state.Catch !== undefined)
      validateCatch(state.Catch, `${at}/Catch`, language, this.problems, {
        transition: (target, location) => scope.transition(target, location),
        assigned: (names, location) => scope.assigns(names, location),
      });
    scope.inner.push(...innerSequences(state, type, at, this.problems));
  }

  #stateLanguage({ QueryLanguage: language }: JsonObject, at: string): QueryLanguage {
    if (language === undefined) return this.#language;
    if (language === 'JSONata') return language;
    if (language !== 'JSONPath')
      this.problems.add(`${at}/QueryLanguage`, "The value must be 'JSONata' or 'JSONPath'");
    else if (this.#language === 'JSONata')
      this.problems.add(
        `${at}/QueryLanguage`,
        "A state cannot use 'JSONPath' where the definition uses 'JSONata'",
      );
    return 'JSONPath';
  }

  #choices(state: JsonObject, at: string, language: QueryLanguage, scope: SequenceScope) {
    const { Choices: choices, Default: otherwise } = state;
    if (otherwise !== undefined) scope.transition(otherwise, `${at}/Default`);
    if (!isArray(choices) || choices.length === 0)
      return this.problems.add(`${at}/Choices`, 'Choices must be a non-empty array');
    for (const [index, rule] of choices.entries()) {
      const place = `${at}/Choices[${index}]`;
      if (!isObject(rule)) this.problems.add(place, 'A rule must be an object');
      else {
        validateChoiceRule(rule, place, language, this.problems);
        scope.transition(rule.Next, `${place}/Next`);
        if (rule.Output !== undefined)
          validateTemplate(rule.Output, `${place}/Output`, language, this.problems);
        if (rule.Assign !== undefined)
          scope.assigns(
            validateAssign(rule.Assign, `${place}/Assign`, language, this.problems),
            `${place}/Assign`,
          );
      }
    }
  }

  #allowed(object: JsonObject, fields: readonly string[], location: string): void {
    for (const field of Object.keys(object))
      if (!fields.includes(field))
        this.problems.add(
          `${location}/${field}`,
          `The field '${field}' is not supported; allowed are ${fields.join(', ')}`,
        );
  }
}
