const REFRESH_MS = 1000;

/** Shows the steps of a command on one stream. */
export interface Steps {
  say(line: string): void;
  /** Runs `work` and says what is being done: on a terminal in one line with the time, elsewhere in a plain line. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
}

export function stepsOn(out: NodeJS.WriteStream, now: () => number = Date.now): Steps {
  return {
    say: (line) => void out.write(`${line}\n`),
    async step(title, work) {
      if (!out.isTTY) {
        out.write(`${title} …\n`);
        return work();
      }
      const began = now();
      // Back to the beginning of the line, and everything after it erased (ECMA-48, EL).
      const show = (state: string) => out.write(`\r\u001b[K${title} … ${state}`);
      const seconds = () => ((now() - began) / 1_000).toFixed(1);
      out.write(`${title} …`);
      const timer = setInterval(() => show(`${seconds()} s`), REFRESH_MS);
      try {
        const result = await work();
        show(`done in ${seconds()} s\n`);
        return result;
      } catch (error) {
        out.write('\n');
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}
