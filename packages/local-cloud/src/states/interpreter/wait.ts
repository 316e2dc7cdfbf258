import type { WaitState } from '../language/definition.ts';
import { runtimeFailure } from '../language/failure.ts';
import type { Json } from '../language/json.ts';
import { MAX_SECONDS } from '../language/limits.ts';
import { parseTimestamp } from '../language/timestamp.ts';
import { exitWithInput, requiredPath, selectPath } from './data-flow.ts';
import { evaluationFailure, fillFields } from './evaluation.ts';
import { numberField } from './numbers.ts';
import type { Steps } from './signals.ts';
import { sleepUntil } from './timers.ts';
import type { Exit, Visit } from './visit.ts';

const SECONDS = { name: 'Seconds', least: 0, most: MAX_SECONDS };

export async function* runWait(visit: Visit<WaitState>): Steps<Exit> {
  const { state, machine } = visit;
  const input =
    visit.language === 'JSONata'
      ? visit.input
      : selectPath(visit, 'InputPath', state.InputPath, visit.input);
  const seconds = await numberField(visit, SECONDS, input);
  const until =
    seconds === undefined
      ? await timestamp(visit, input)
      : machine.surroundings.now + seconds * 1000;
  // A wait until an instant in the past sets no timer.
  if (until > machine.surroundings.now) yield* sleepUntil(visit, until);
  return exitWithInput(visit, input);
}

async function timestamp(visit: Visit<WaitState>, input: Json): Promise<number> {
  const { state } = visit;
  const value =
    state.TimestampPath !== undefined
      ? requiredPath(visit, 'TimestampPath', state.TimestampPath, input)
      : visit.language === 'JSONata'
        ? await fillFields(visit, state.Timestamp ?? null, 'Timestamp')
        : (state.Timestamp ?? null);
  const instant = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (instant !== undefined) return instant;
  const reason = `The Timestamp must be an ISO 8601 timestamp such as 2016-03-14T01:59:00Z; got ${JSON.stringify(value)}.`;
  throw visit.language === 'JSONata'
    ? evaluationFailure(visit, reason, 'Timestamp')
    : runtimeFailure(reason);
}
