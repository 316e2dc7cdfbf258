import type { FaultRow } from './call-rows.ts';
import { checkAtRest, checkDeleted } from './check.ts';
import { ScenarioRun } from './scenario-run.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { CALLERS } from './seen-calls.ts';
import { ENDS } from './steps.ts';
import { executionsOf } from './upload-facts.ts';
import type { Worker } from './worker.ts';

/** The outcome of a row; `problems` is empty if every invariant holds. */
export interface Outcome {
  /** Workflow states that were entered. */
  readonly states: readonly string[];
  readonly happened: string;
  readonly ended: string;
  readonly problems: readonly string[];
}

export interface Files {
  readonly film: Uint8Array;
  readonly text: Uint8Array;
}

/** How long the pipeline may retry after an upload has ended, in ms. */
const REST_MS = 60_000;
/** Redelivered events and retried functions run within this time, in ms. */
const APPLIED_MS = 15_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs one upload through a row and checks every invariant. Never throws. */
export async function runRow(worker: Worker, row: FaultRow, files: Files): Promise<Outcome> {
  const scenario: Scenario = SCENARIOS[row.scenario];
  const run = new ScenarioRun(worker, files[scenario.file], row.faults);
  worker.retried = [];
  try {
    return await driven(run, row, scenario);
  } catch (error) {
    const happened = await happenedTo(run).catch(() => 'nothing known');
    return { happened, ended: 'broke off', problems: [String(error)], states: [] };
  } finally {
    await run.clear();
    await tidy(run);
  }
}

/** The worker's next row needs an owner without uploads. */
async function tidy(run: ScenarioRun): Promise<void> {
  const item = await run.item().catch(() => undefined);
  if (item && item.quota !== 'returned')
    await run.worker.cancel(item.uploadId).catch(() => undefined);
}

async function driven(run: ScenarioRun, row: FaultRow, scenario: Scenario): Promise<Outcome> {
  const { worker } = run;
  await scenario.run(run);
  if (!ENDS.includes((await run.item()).status)) {
    // Deleting must work after every fault.
    await run.reconcile();
    await run.until(ENDS);
  }
  await untilRest(run, scenario);
  const rested = await checkAtRest(
    run,
    scenario,
    row.ends ? [row.ends] : [scenario.ends, ...row.mayEnd],
  );
  const { item } = rested;
  await run.know({ execution: item.execution ?? 'none', job: item.jobId ?? 'none' });
  await worker.cancel(run.id);
  const unapplied = await untilApplied(run);
  const lost = row.faults.filter(({ rule }) => losesAnId(rule));
  const left = await checkDeleted(run, lost.length * MAX_LOST);
  const at = item.reason === undefined ? item.status : `${item.status} (${item.reason.code})`;
  const worked = rested.executions.length;
  return {
    happened: await happenedTo(run),
    ended: `${at}, ${rested.jobs} jobs, ${worked} executions; deleted, ${left.join(', ') || 'nothing left'}`,
    problems: [...rested.problems, ...unapplied, ...left],
    states: rested.executions.flatMap(({ states }) => states),
  };
}

/**
 * Returns whether S3 may keep a multipart upload whose id nobody has: its response or its record was
 * lost. No part was granted for it; the bucket's lifecycle rule removes it.
 */
function losesAnId(rule: FaultRow['faults'][number]['rule']): boolean {
  const { operation, kind } = rule;
  if (operation === 'CreateMultipartUpload') return kind === 'lost_response';
  const records = 'caller' in rule && rule.caller === CALLERS['create-upload'];
  return records && operation === 'UpdateItem' && kind !== 'delay';
}

/** Attempts of one call, by the SDK and the client, that may each have lost a response. */
const MAX_LOST = 5;

/** Waits until no execution of the upload runs and events with a lost response have been redelivered. */
async function untilRest(run: ScenarioRun, { leavesWaiting }: Scenario): Promise<void> {
  for (const end = performance.now() + REST_MS; performance.now() < end; ) {
    const [executions, rules] = await Promise.all([
      executionsOf(run.worker.cloud, run.id, run.began),
      run.reports(),
    ]);
    const running = executions.filter(({ status }) => status === 'RUNNING').length;
    const dueAgain = rules.some(
      ({ operation, kind, applied, matched }) =>
        operation === 'StartExecution' && kind === 'lost_response' && applied === matched,
    );
    if (running <= (leavesWaiting ? 1 : 0) && !dueAgain) return;
    await pause(80);
  }
}

/** The rules that were never applied. */
async function untilApplied(run: ScenarioRun): Promise<string[]> {
  if (run.unplanned > 0) return [`${run.unplanned} faults were never set`];
  for (const end = performance.now() + APPLIED_MS; ; ) {
    const idle = (await run.reports()).filter(({ applied }) => applied === 0);
    if (idle.length === 0) return [];
    if (performance.now() > end) {
      return idle.map(({ kind, service, operation, matched }) => {
        return `${kind} at ${service} ${operation} did not happen: ${matched} such calls`;
      });
    }
    await pause(100);
  }
}

async function happenedTo(run: ScenarioRun): Promise<string> {
  const faults = (await run.reports()).map(
    ({ kind, applied, matched }) => `${kind} in ${applied} of ${matched} calls`,
  );
  const { retried } = run.worker;
  const asked = retried.length === 0 ? [] : [`client asked again after ${retried.join(', ')}`];
  const runs = run.reconciled === 0 ? [] : [`reconciler ran ${run.reconciled} times`];
  return [...faults, ...asked, ...runs].join('; ') || 'nothing failed';
}
