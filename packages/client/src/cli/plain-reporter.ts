import { isTerminal } from '../../../../core/contract/lifecycle.ts';
import type { FileEvent, Reporter } from './file-event.ts';
import { endLines, statusWords } from './file-line.ts';
import { bytesText, percentText, secondsText } from './quantities.ts';
import type { TerminalStyle } from './terminal-style.ts';
import { printable } from './text-width.ts';

/** A log must not get a line for every part. */
const STEP_PERCENT = 10;

/** Lines for logs and pipes: one at the start, one every tenth of the way, one for each status, and the end. */
export function plainReporter(write: (text: string) => void, style: TerminalStyle): Reporter {
  const line = (text: string) => write(`${printable(text)}\n`);
  return {
    file(name, totalBytes) {
      let lastStep = 0;
      let lastState = '';
      let lastProblem: string | undefined;
      return (event: FileEvent) => {
        switch (event.kind) {
          case 'granted':
            line(
              `${name}: ${event.resumed ? 'resuming' : 'started'} ${event.id}, ${bytesText(totalBytes)}`,
            );
            return;
          case 'sending': {
            const step = Math.floor((event.sentBytes / totalBytes) * (100 / STEP_PERCENT));
            const isWaiting = event.state !== lastState && event.state === 'waiting';
            lastState = event.state;
            if (event.problem !== undefined && lastProblem === undefined) {
              line(`${name}: trying again: ${event.problem}`);
            } else if (isWaiting) line(`${name}: waiting for the network`);
            lastProblem = event.problem;
            if (event.state !== 'uploading' || !(step > lastStep)) return;
            lastStep = step;
            const left =
              event.secondsLeft === undefined ? '' : `, ${secondsText(event.secondsLeft)} left`;
            const speed = `${bytesText(event.bytesPerSecond)}/s`;
            line(`${name}: ${percentText(event.sentBytes, totalBytes)} sent, ${speed}${left}`);
            return;
          }
          case 'processing':
            // A final status is shown by the end.
            if (event.status === lastState || isTerminal(event.status)) return;
            lastState = event.status;
            line(`${name}: ${statusWords(event.status)}`);
            return;
          case 'ended':
            for (const text of endLines(name, event.end, style.unicode)) line(text);
        }
      };
    },
    say: line,
    close: () => undefined,
  };
}
