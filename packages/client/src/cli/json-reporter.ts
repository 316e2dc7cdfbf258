import type { FileEvent, Reporter } from './file-event.ts';

const PROGRESS_INTERVAL_MS = 1_000;

/**
 * One JSON object a line: `granted`, `sending` (at most once a second, and at every change of state), `processing`,
 * `ended`, each with its file.
 *
 * @param now milliseconds since the epoch
 */
export function jsonReporter(write: (text: string) => void, now: () => number): Reporter {
  return {
    file(file, totalBytes) {
      let lastAt = 0;
      let lastState = '';
      return (event: FileEvent) => {
        const { kind, ...members } = event;
        if (event.kind === 'sending') {
          if (event.state === lastState && now() - lastAt < PROGRESS_INTERVAL_MS) return;
          lastAt = now();
          lastState = event.state;
        }
        const facts = event.kind === 'ended' ? event.end : members;
        write(`${JSON.stringify({ event: kind, file, totalBytes, ...facts })}\n`);
      };
    },
    // Hints are for people, not for programs.
    say: () => undefined,
    close: () => undefined,
  };
}
