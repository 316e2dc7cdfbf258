const REFRESH_MS = 1000;

/** Back to the beginning of the line, and everything after it erased (ECMA-48, EL). */
const ERASE_LINE = '\r\u001b[K';

/** Shows the steps of a command on one stream. */
export interface Steps {
  say(line: string): void;
  /** Runs `work` and shows what it is: on a terminal in one line with the time, elsewhere in a plain line. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
}

export function stepsOn(out: NodeJS.WriteStream, now: () => number = Date.now): Steps {
  /** The line of the step that is running, on a terminal. */
  let live = '';
  const show = (text: string) => {
    out.write(`${live === '' ? '' : ERASE_LINE}${text}`);
    live = text.endsWith('\n') ? '' : text;
  };
  return {
    say(line) {
      const running = live;
      show(`${line}\n`);
      if (running !== '') show(running);
    },
    async step(title, work) {
      if (!out.isTTY) {
        out.write(`${title} …\n`);
        return work();
      }
      const began = now();
      const seconds = () => `${((now() - began) / 1_000).toFixed(1)} s`;
      show(`${title} …`);
      const timer = setInterval(() => show(`${title} … ${seconds()}`), REFRESH_MS);
      try {
        const result = await work();
        show(`${title} … done in ${seconds()}\n`);
        return result;
      } catch (error) {
        show(`${title} …\n`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}
