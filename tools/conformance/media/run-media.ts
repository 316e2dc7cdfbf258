import { type ChildProcess, fork } from 'node:child_process';
import type { Outcome } from '@reelgate/local-cloud/conformance';
import { INSPECTION_BUDGET, INSPECTION_MEMORY_MIB } from '../../../core/media/inspection-budget.ts';
import type { Ran, Say } from '../part.ts';
import type { Order, Told } from './inspect-mutants.ts';
import { add, mib, newSummary, summaryLines } from './summary.ts';

/** Longer than the budget's time, so that an inspection which only is too slow still ends by itself. */
const HANGS_MS = INSPECTION_BUDGET.ms + 10_000;
/** Where nothing is written over a line, a line every so many files tells that something happens. */
const TOLD_EVERY = 2_000;

interface MediaRun {
  readonly order: Order;
  /** Ends the process that inspects. */
  readonly signal: AbortSignal;
  readonly say: Say;
  readonly progress: Say;
}

/**
 * Has mutated videos inspected by the inspector as it is deployed. A file agrees if it has a verdict within the
 * budgets, whichever verdict that is.
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
    return await followed(child, order, say, progress);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function followed(
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
  const hear = (told: Told) => {
    if (told.tells === 'originals') {
      say(`Media: mutated from ${told.names.join(', ')}`);
      if (told.leftOut.length > 0)
        say(`Media: left out for their size: ${told.leftOut.join(', ')}`);
    } else if (told.tells === 'begun') {
      current = { name: `file ${told.index} of seed ${seed}: ${told.made}` };
    } else if (told.tells === 'inspected') {
      const name = current?.name ?? `file ${told.index} of seed ${seed}`;
      current = undefined;
      add(summary, told.inspection);
      if (told.inspection.faults.length === 0) outcomes.push({ name, state: 'agrees' });
      else differs(name, told.inspection.faults.join('; '));
      progress(`Media: ${outcomes.length} of ${files} files`);
      if (outcomes.length % TOLD_EVERY === 0 && outcomes.length < files) {
        say(`Media: ${outcomes.length} of ${files} files …`);
      }
    } else {
      peak = told.peak;
    }
  };
  const end = await heard(child, hear, () => current !== undefined);
  if (current !== undefined) differs(current.name, end.hung ? 'no verdict: it hangs' : end.words);
  else if (peak === undefined) throw new Error(`The process that inspects has ${end.words}.`);
  for (const line of ['Media: verdicts', ...summaryLines(summary, peak ?? 0)]) say(line);
  if (outcomes.length < files) {
    const name = `${files - outcomes.length} more files`;
    outcomes.push({ name, state: 'did not run', why: end.words });
  }
  if (peak !== undefined && peak > INSPECTION_MEMORY_MIB * 1_048_576) {
    differs('memory', `${mib(peak)} MiB; the function has ${INSPECTION_MEMORY_MIB} MiB`);
  }
  return { outcomes };
}

/** Follows the process to its end, and ends it where a file takes far longer than an inspection may. */
function heard(
  child: ChildProcess,
  hear: (told: Told) => void,
  isBusy: () => boolean,
): Promise<{ readonly hung: boolean; readonly words: string }> {
  return new Promise((resolve, reject) => {
    let hung = false;
    const hangs = setTimeout(() => {
      if (!isBusy()) return;
      hung = true;
      child.kill('SIGKILL');
    }, HANGS_MS);
    child.on('message', (told: Told) => {
      hangs.refresh();
      hear(told);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(hangs);
      resolve({ hung, words: signal ? `ended by ${signal}` : `ended with ${code}` });
    });
  });
}
