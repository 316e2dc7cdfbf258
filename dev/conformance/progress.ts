import type { Say } from './part.ts';

/** Lines on `out`; on a terminal `progress` writes over its own line until `last`, elsewhere it says nothing. */
export function progressOn(out: NodeJS.WriteStream): {
  readonly say: Say;
  readonly progress: (line: string, last: boolean) => void;
} {
  let open = false;
  return {
    say(line) {
      out.write(`${open ? '\n' : ''}${line}\n`);
      open = false;
    },
    progress(line, last) {
      if (!out.isTTY) return;
      out.write(`\r${line}${last ? '\n' : ''}`);
      open = !last;
    },
  };
}
