import type { Say } from './part.ts';

/** Lines on `out`; on a terminal `progress` writes over its own line, elsewhere it says nothing. */
export function progressOn(out: NodeJS.WriteStream): { readonly say: Say; readonly progress: Say } {
  // Back to the line's beginning, and all behind it erased (ECMA-48, EL).
  const over = out.isTTY ? '\r\u001b[K' : '';
  return {
    say: (line) => void out.write(`${over}${line}\n`),
    progress: (line) => {
      if (out.isTTY) out.write(`${over}${line.slice(0, (out.columns || 80) - 1)}`);
    },
  };
}
