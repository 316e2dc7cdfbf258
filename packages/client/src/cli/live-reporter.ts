import type { FileEvent, Reporter } from './file-event.ts';
import { endLines, type FileView, liveLine } from './file-line.ts';
import { paint, type TerminalStyle } from './terminal-style.ts';
import { printable, textWidth } from './text-width.ts';

/** What the live lines are drawn on. */
export interface Screen {
  write(text: string): void;
  /** Columns and rows now: a window can be resized at any time. */
  readonly columns: number | undefined;
  readonly rows: number | undefined;
}

/** Calls `draw` again and again until the answer is called. */
export type Every = (ms: number, draw: () => void) => () => void;

const REDRAW_MS = 100;
const ERASE_LINE = '\x1b[K';
const ERASE_BELOW = '\x1b[J';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/**
 * A line a file that is on its way, drawn again in place; a file that has ended leaves its lines above for good.
 */
export function liveReporter(screen: Screen, style: TerminalStyle, every: Every): Reporter {
  const colours = paint(style.colour);
  const open = new Map<number, FileView>();
  let drawn: readonly string[] = [];
  let drawnWidth = columnsOf(screen);
  let count = 0;

  /** Back to the first live line. A narrower window has wrapped what was drawn. */
  const back = (): string => {
    const columns = columnsOf(screen);
    const rows = drawn.reduce(
      (sum, line) => sum + Math.ceil(Math.max(1, textWidth(line)) / columns),
      0,
    );
    return rows === 0 ? '\r' : `\x1b[${rows}A\r`;
  };
  // Each line is written over the one before, and only what is left over is erased: nothing flickers.
  const draw = (above: readonly string[] = []) => {
    const width = columnsOf(screen);
    // What a narrower window has wrapped is joined again by a wider one, unless it is erased.
    const start = back() + (width === drawnWidth ? '' : ERASE_BELOW);
    drawnWidth = width;
    // The last column stays free: some terminals wrap as soon as it is written.
    const columns = width - 1;
    const room = Math.max(1, (screen.rows ?? 24) - 2);
    const views = [...open.values()];
    const nameWidth = Math.max(0, ...views.map(({ name }) => textWidth(name)));
    const lines = views.map((view) => liveLine(view, columns, style.unicode, nameWidth));
    drawn =
      lines.length <= room
        ? lines
        : [...lines.slice(0, room - 1), `and ${lines.length - room + 1} more`];
    const text = [...above, ...drawn].map((line) => `${line}${ERASE_LINE}\n`).join('');
    screen.write(start + text + ERASE_BELOW);
  };
  screen.write(HIDE_CURSOR);
  const stop = every(REDRAW_MS, () => {
    if (open.size > 0) draw();
  });
  return {
    file(rawName, totalBytes) {
      const id = count++;
      const name = printable(rawName);
      open.set(id, { name, totalBytes, event: undefined });
      return (event: FileEvent) => {
        if (event.kind !== 'ended') {
          if (open.has(id) && event.kind !== 'granted') open.set(id, { name, totalBytes, event });
          return;
        }
        open.delete(id);
        const [first = '', ...rest] = endLines(name, event.end, style.unicode).map(printable);
        const tint = event.end.problem === undefined ? colours.good : colours.bad;
        draw([tint(first), ...rest]);
      };
    },
    say: (line) => draw([printable(line)]),
    close() {
      stop();
      screen.write(back() + ERASE_BELOW + SHOW_CURSOR);
    },
  };
}

function columnsOf(screen: Screen): number {
  return Math.max(10, screen.columns ?? 80);
}
