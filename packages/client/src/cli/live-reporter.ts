import type { FileEvent, Reporter } from './file-event.ts';
import { endLines, type FileView, liveLine } from './file-line.ts';
import { type TerminalStyle, terminalColours } from './terminal-style.ts';
import { printable, textWidth } from './text-width.ts';

/** The terminal that the lines are drawn on. */
export interface Screen {
  write(text: string): void;
  /** Current columns and rows: a window can be resized at any time. */
  readonly columns: number | undefined;
  readonly rows: number | undefined;
}

/** Calls `draw` every `ms` milliseconds; the returned function ends that. */
export type Every = (ms: number, draw: () => void) => () => void;

const REDRAW_MS = 100;
const ERASE_LINE = '\x1b[K';
const ERASE_BELOW = '\x1b[J';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/** One line for each active file, redrawn in place. The lines of a file that has ended stay above. */
export function liveReporter(screen: Screen, style: TerminalStyle, every: Every): Reporter {
  const colours = terminalColours(style.colour);
  const active = new Map<number, FileView>();
  let drawn: readonly string[] = [];
  let drawnWidth = columnsOf(screen);
  let count = 0;

  /** Moves to the first live line. A narrower window has wrapped the lines. */
  const moveToFirstLine = (): string => {
    const columns = columnsOf(screen);
    const rows = drawn.reduce(
      (sum, line) => sum + Math.ceil(Math.max(1, textWidth(line)) / columns),
      0,
    );
    return rows === 0 ? '\r' : `\x1b[${rows}A\r`;
  };
  // Lines are overwritten, and only the rest of each is erased: nothing flickers.
  const draw = (above: readonly string[] = []) => {
    const width = columnsOf(screen);
    // A wider window joins lines again that a narrower one has wrapped, unless they are erased.
    const start = moveToFirstLine() + (width === drawnWidth ? '' : ERASE_BELOW);
    drawnWidth = width;
    // The last column stays empty: some terminals wrap as soon as it is written.
    const columns = width - 1;
    const maxLines = Math.max(1, (screen.rows ?? 24) - 2);
    const views = [...active.values()];
    const nameWidth = Math.max(0, ...views.map(({ name }) => textWidth(name)));
    const lines = views.map((view) => liveLine(view, columns, style.unicode, nameWidth));
    drawn =
      lines.length <= maxLines
        ? lines
        : [...lines.slice(0, maxLines - 1), `and ${lines.length - maxLines + 1} more`];
    const text = [...above, ...drawn].map((line) => `${line}${ERASE_LINE}\n`).join('');
    screen.write(start + text + ERASE_BELOW);
  };
  screen.write(HIDE_CURSOR);
  const stop = every(REDRAW_MS, () => {
    if (active.size > 0) draw();
  });
  return {
    file(rawName, totalBytes) {
      const id = count++;
      const name = printable(rawName);
      active.set(id, { name, totalBytes, event: undefined });
      return (event: FileEvent) => {
        if (event.kind !== 'ended') {
          if (active.has(id) && event.kind !== 'granted')
            active.set(id, { name, totalBytes, event });
          return;
        }
        active.delete(id);
        const [first = '', ...rest] = endLines(name, event.end, style.unicode).map(printable);
        const colour = event.end.problem === undefined ? colours.good : colours.bad;
        draw([colour(first), ...rest]);
      };
    },
    say: (line) => draw([printable(line)]),
    close() {
      stop();
      screen.write(moveToFirstLine() + ERASE_BELOW + SHOW_CURSOR);
    },
  };
}

function columnsOf(screen: Screen): number {
  return Math.max(10, screen.columns ?? 80);
}
