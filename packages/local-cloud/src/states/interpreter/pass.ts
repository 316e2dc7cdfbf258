import type { PassState, SucceedState } from '../language/definition.ts';
import { exitWithInput, exitWithResult, selectPath, stateArguments } from './data-flow.ts';
import type { Steps } from './signals.ts';
import type { Exit, Visit } from './visit.ts';

// biome-ignore lint/correctness/useYield: a state that waits for nothing is a sequence of no pauses
export async function* runPass(visit: Visit<PassState>): Steps<Exit> {
  if (visit.language === 'JSONata') return exitWithInput(visit, visit.input);
  return exitWithResult(visit, visit.state.Result ?? (await passInput(visit)));
}

/** `"Result": null` is a result too. */
async function passInput(visit: Visit<PassState>) {
  return visit.state.Result === null ? null : stateArguments(visit);
}

// biome-ignore lint/correctness/useYield: a state that waits for nothing is a sequence of no pauses
export async function* runSucceed(visit: Visit<SucceedState>): Steps<Exit> {
  return exitWithInput(
    visit,
    visit.language === 'JSONata'
      ? visit.input
      : selectPath(visit, 'InputPath', visit.state.InputPath, visit.input),
  );
}
