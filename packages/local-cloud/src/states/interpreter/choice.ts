import type { ChoiceRule, ChoiceState } from '../language/definition.ts';
import { StateFailure } from '../language/failure.ts';
import type { Json, JsonObject } from '../language/json.ts';
import { ruleHolds } from '../query/choice-rules.ts';
import { assignByPaths, exit, exitByOutput, pathData, selectPath } from './data-flow.ts';
import { evaluationFailure, fillFields } from './evaluation.ts';
import type { Steps } from './signals.ts';
import type { Exit, Visit } from './visit.ts';

// biome-ignore lint/correctness/useYield: a Choice waits for nothing
export async function* runChoice(visit: Visit<ChoiceState>): Steps<Exit> {
  return visit.language === 'JSONata' ? byConditions(visit) : byRules(visit);
}

async function byConditions(visit: Visit<ChoiceState>): Promise<Exit> {
  const { Choices, Default, Assign, Output } = visit.state;
  for (const [index, rule] of Choices.entries())
    if (await conditionHolds(visit, rule, index))
      return exitByOutput(visit, rule, `Choices[${index}]/`, {});
  return exitByOutput(
    visit,
    {
      Next: defaultState(Default),
      ...(Assign === undefined ? {} : { Assign }),
      ...(Output === undefined ? {} : { Output }),
    },
    '',
    {},
  );
}

async function conditionHolds(
  visit: Visit<ChoiceState>,
  rule: ChoiceRule,
  index: number,
): Promise<boolean> {
  const location = `Choices[${index}]/Condition`;
  const value = await fillFields(visit, rule.Condition ?? null, location);
  if (typeof value === 'boolean') return value;
  throw evaluationFailure(
    visit,
    `The JSONata expression '${String(rule.Condition)}' specified for the field '${location}' returned an unexpected result type. Expected a boolean.`,
    location,
  );
}

function byRules(visit: Visit<ChoiceState>): Exit {
  const { state } = visit;
  const input = selectPath(visit, 'InputPath', state.InputPath, visit.input);
  const data = pathData(visit, input);
  const rule = state.Choices.find((each) => ruleHolds(each as Json, data));
  const next = rule === undefined ? defaultState(state.Default) : rule.Next;
  const assign: JsonObject | undefined = rule === undefined ? state.Assign : rule.Assign;
  const assigned = assignByPaths(visit, assign, input);
  return exit(visit, selectPath(visit, 'OutputPath', state.OutputPath, input), assigned, next);
}

function defaultState(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new StateFailure(
    'States.NoChoiceMatched',
    'No choice rule matched the input, and the state has no Default.',
  );
}
