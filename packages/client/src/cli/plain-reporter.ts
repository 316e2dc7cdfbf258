import { isTerminal } from '../../../../core/contract/lifecycle.ts';
import type { FileEvent, Reporter } from './file-event.ts';
import { endLines, statusWords } from './file-line.ts';
import { bytesText, percentText, secondsText } from './quantities.ts';
import type { TerminalStyle } from './terminal-style.ts';
import { printable } from './text-width.ts';

/** Of the file; a log shall not have a line for every part. */
const STEP_PERCENT = 10;

/** Whole lines that stay, for logs and pipes: one at the start, one every tenth of the way, one a status, the end. */
export function plainReporter(write: (text: string) => void, style: TerminalStyle): Reporter {
  const line = (text: string) => write(`${printable(text)}\n`);
  return {
    file(name, totalBytes) {
      let told = 0;
      let state = '';
      return (event: FileEvent) => {
        switch (event.kind) {
          case 'granted':
            line(
              `${name}: ${event.resumed ? 'going on with' : 'begun as'} ${event.id}, ${bytesText(totalBytes)}`,
            );
            return;
          case 'sending': {
            const step = Math.floor((event.sentBytes / totalBytes) * (100 / STEP_PERCENT));
            const changed = event.state !== state && event.state === 'waiting';
            state = event.state;
            if (changed) line(`${name}: waiting for the network`);
            if (event.state !== 'uploading' || !(step > told)) return;
            told = step;
            const left =
              event.secondsLeft === undefined ? '' : `, ${secondsText(event.secondsLeft)} left`;
            const speed = `${bytesText(event.bytesPerSecond)}/s`;
            line(`${name}: ${percentText(event.sentBytes, totalBytes)} sent, ${speed}${left}`);
            return;
          }
          case 'processing':
            // How it ended is told by the end itself.
            if (event.status === state || isTerminal(event.status)) return;
            state = event.status;
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
