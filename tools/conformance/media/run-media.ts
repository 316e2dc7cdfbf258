import { type ChildProcess, fork } from 'node:child_process';
import type { Outcome } from '@reelgate/local-cloud/conformance';
import { INSPECTION_BUDGET, INSPECTION_MEMORY_MIB } from '../../../core/media/inspection-budget.ts';
import type { Ran, Say } from '../part.ts';
import type { Message, Order } from './inspect-mutants.ts';
import { add, mib, newSummary, summaryLines } from './summary.ts';

/** Longer than the budget, so that an inspection that is only too slow ends by itself. */
const MAX_INSPECTION_MS = INSPECTION_BUDGET.ms + 10_000;
/** Files between two lines of progress where the output is not a terminal. */
const FILES_PER_LINE = 2_000;

interface MediaRun {
  readonly order: Order;
  /** Ends the inspecting process. */
  readonly signal: AbortSignal;
  readonly say: Say;
  readonly progress: Say;
}

/**
 * Inspects mutated videos with the deployed inspector. A file agrees if the inspection accepts or rejects it within
 * its budgets.
 */
export async function runMedia({ order, signal, say, progress }: MediaRun): Promise<Ran> {
  const { seed, files } = order;
  say(`Media: inspecting ${files} mutated files, seed ${seed} …`);
  const worker = new URL('./inspect-mutants.ts', import.meta.url);
  const execArgv = ['--disable-warning=ExperimentalWarning'];
  const child = fork(worker, [JSON.stringify(order)], { execArgv, stdio: ['ignore', 2, 2, 'ipc'] });
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await readResults(child, order, say, progress);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function readResults(
  child: ChildProcess,
  { seed, files }: Order,
  say: Say,
  progress: Say,
): Promise<Ran> {
  const summary = newSummary();
  const outcomes: Outcome[] = [];
  let current: { name: string } | undefined;
  let peak: number | undefined;
  const differs = (name: string, why: string) => outcomes.push({ name, state: 'differs', why });
  const onMessage = (message: Message) => {
    if (message.type === 'originals') {
      say(`Media: mutated from ${message.names.join(', ')}`);
      if (message.leftOut.length > 0)
        say(`Media: left out because of their size: ${message.leftOut.join(', ')}`);
    } else if (message.type === 'begun') {
      current = { name: `file ${message.index} of seed ${seed}: ${message.made}` };
    } else if (message.type === 'inspected') {
      const name = current?.name ?? `file ${message.index} of seed ${seed}`;
      current = undefined;
      add(summary, message.inspection);
      if (message.inspection.violations.length === 0) outcomes.push({ name, state: 'agrees' });
      else differs(name, message.inspection.violations.join('; '));
      progress(`Media: ${outcomes.length} of ${files} files`);
      if (outcomes.length % FILES_PER_LINE === 0 && outcomes.length < files) {
        say(`Media: ${outcomes.length} of ${files} files …`);
      }
    } else {
      peak = message.peak;
    }
  };
  const end = await waitForEnd(child, onMessage, () => current !== undefined);
  if (current !== undefined) differs(current.name, end.hung ? 'the inspection hangs' : end.words);
  else if (peak === undefined) throw new Error(`The inspecting process ${end.words}.`);
  for (const line of ['Media: results', ...summaryLines(summary, peak ?? 0)]) say(line);
  if (outcomes.length < files) {
    const name = `${files - outcomes.length} more files`;
    outcomes.push({ name, state: 'did not run', why: end.words });
  }
  if (peak !== undefined && peak > INSPECTION_MEMORY_MIB * 1_048_576) {
    differs('memory', `${mib(peak)} MiB; the function has ${INSPECTION_MEMORY_MIB} MiB`);
  }
  return { outcomes };
}

/** Waits for the end of the process, and kills it if a file takes far longer than its budget. */
function waitForEnd(
  child: ChildProcess,
  onMessage: (message: Message) => void,
  isBusy: () => boolean,
): Promise<{ readonly hung: boolean; readonly words: string }> {
  return new Promise((resolve, reject) => {
    let hung = false;
    const timeout = setTimeout(() => {
      if (!isBusy()) return;
      hung = true;
      child.kill('SIGKILL');
    }, MAX_INSPECTION_MS);
    child.on('message', (message: Message) => {
      timeout.refresh();
      onMessage(message);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timeout);
      resolve({ hung, words: signal ? `ended by ${signal}` : `ended with ${code}` });
    });
  });
}
