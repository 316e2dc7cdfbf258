import { differences } from './compare.ts';
import { readRecordings } from './recording.ts';
import { replayCase } from './replay-case.ts';

export interface Compared {
  readonly id: string;
  /** Empty if the replay agrees with the recording. */
  readonly differences: readonly string[];
}

/** Replays the text of a file of recordings and compares each history with the recorded one. */
export async function compareRecordings(text: string): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const recorded of readRecordings(text))
    compared.push({
      id: recorded.id,
      differences: await replayCase(recorded).then(
        ({ events, warning }) => [
          ...differences(recorded.events ?? [], events),
          ...(warning === undefined
            ? []
            : [`the service accepts this definition, this engine does not: ${warning}`]),
        ],
        (error: unknown) => [String(error)],
      ),
    });
  return compared;
}
