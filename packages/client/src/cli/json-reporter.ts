import type { FileEvent, Reporter } from './file-event.ts';

const PROGRESS_EVERY_MS = 1_000;

/**
 * One JSON object a line: `granted`, `sending` (once a second at most), `processing`, `ended`, each with the
 * file it is about.
 *
 * @param now milliseconds since the epoch
 */
export function jsonReporter(write: (text: string) => void, now: () => number): Reporter {
  return {
    file(file, totalBytes) {
      let last = 0;
      let state = '';
      return (event: FileEvent) => {
        const { kind, ...facts } = event;
        if (event.kind === 'sending') {
          if (event.state === state && now() - last < PROGRESS_EVERY_MS) return;
          last = now();
          state = event.state;
        }
        const told = event.kind === 'ended' ? event.end : facts;
        write(`${JSON.stringify({ event: kind, file, totalBytes, ...told })}\n`);
      };
    },
    // Hints are for people.
    say: () => undefined,
    close: () => undefined,
  };
}
