import type { Say } from './part.ts';

/** Prints lines on `out`. On a terminal `progress` overwrites its line; elsewhere it prints nothing. */
export function progressOn(out: NodeJS.WriteStream): { readonly say: Say; readonly progress: Say } {
  // Back to the beginning of the line, and everything after it erased (ECMA-48, EL).
  const over = out.isTTY ? '\r\u001b[K' : '';
  return {
    say: (line) => void out.write(`${over}${line}\n`),
    progress: (line) => {
      if (out.isTTY) out.write(`${over}${line.slice(0, (out.columns || 80) - 1)}`);
    },
  };
}
