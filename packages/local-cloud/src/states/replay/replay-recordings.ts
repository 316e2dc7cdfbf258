import type { JsonObject } from '../language/json.ts';
import { readRecordings } from './recording.ts';
import { replayCase } from './replay-case.ts';

export interface ReplayResult {
  readonly id: string;
  /** The history in the form of the recordings. Empty if the case cannot run. */
  readonly events: readonly JsonObject[];
  /** What the validation of the definition reports. The case runs all the same. */
  readonly warning: string | undefined;
  /** Why the case cannot run. */
  readonly error: string | undefined;
}

/**
 * Replays the cases of a file of recordings, whose text is a JSON array of `{id, definition, input, taskResults}`.
 * Throws TypeError with the place of the mistake if the text has another form.
 */
export async function replayRecordings(text: string): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  for (const recorded of readRecordings(text)) {
    const { id } = recorded;
    try {
      const { events, warning } = await replayCase(recorded);
      results.push({ id, events, warning, error: undefined });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      results.push({ id, events: [], warning: undefined, error: message });
    }
  }
  return results;
}
