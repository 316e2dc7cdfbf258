import type { FaultRow } from './call-rows.ts';
import { judgeAtRest, judgeDeleted } from './judge.ts';
import type { Lane } from './lane.ts';
import { Passage } from './passage.ts';
import { CALLERS } from './seen-calls.ts';
import { ENDS } from './steps.ts';
import { executionsOf } from './upload-facts.ts';
import { WAYS, type Way } from './ways.ts';

/** What came of a row; `problems` is empty where all is as promised. */
export interface Outcome {
  /** States of the workflow that were entered. */
  readonly states: readonly string[];
  readonly happened: string;
  readonly ended: string;
  readonly problems: readonly string[];
}

export interface Files {
  readonly film: Uint8Array;
  readonly text: Uint8Array;
}

/** As long as retries of the pipeline may go on behind an upload that has ended. */
const REST_MS = 60_000;
/** An event that is brought again, or a function that runs again, does so within this. */
const APPLIED_MS = 15_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Drives one upload through a row and holds it to every promise. Never throws. */
export async function runRow(lane: Lane, row: FaultRow, files: Files): Promise<Outcome> {
  const way: Way = WAYS[row.way];
  const passage = new Passage(lane, files[way.file], row.faults);
  lane.retried = [];
  try {
    return await driven(passage, row, way);
  } catch (error) {
    const happened = await happenedTo(passage).catch(() => 'nothing known');
    return { happened, ended: 'broke off', problems: [String(error)], states: [] };
  } finally {
    await passage.clear();
    await tidy(passage);
  }
}

/** The next row of the lane counts on an owner with nothing. */
async function tidy(passage: Passage): Promise<void> {
  const item = await passage.item().catch(() => undefined);
  if (item && item.quota !== 'returned')
    await passage.lane.cancel(item.uploadId).catch(() => undefined);
}

async function driven(passage: Passage, row: FaultRow, way: Way): Promise<Outcome> {
  const { lane } = passage;
  await way.run(passage);
  if (!ENDS.includes((await passage.item()).status)) {
    // The last resort, and the one that every fault has in common.
    await passage.reconcile();
    await passage.until(ENDS);
  }
  await untilRest(passage, way);
  const rested = await judgeAtRest(passage, way, row.ends ? [row.ends] : [way.ends, ...row.mayEnd]);
  const { item } = rested;
  await passage.know({ execution: item.execution ?? 'none', job: item.jobId ?? 'none' });
  await lane.cancel(passage.id);
  const unapplied = await untilApplied(passage);
  const lost = row.faults.filter(({ rule }) => losesAnId(rule));
  const left = await judgeDeleted(passage, lost.length * MAX_LOST);
  const at = item.reason === undefined ? item.status : `${item.status} (${item.reason.code})`;
  const worked = rested.executions.length;
  return {
    happened: await happenedTo(passage),
    ended: `${at}, ${rested.jobs} jobs, ${worked} executions; deleted, ${left.join(', ') || 'nothing left'}`,
    problems: [...rested.problems, ...unapplied, ...left],
    states: rested.executions.flatMap(({ states }) => states),
  };
}

/**
 * Whether S3 may be left with a multipart upload of which nobody has the id: its answer, or its record, was
 * lost. No part was granted for it; the bucket's own rule removes it.
 */
function losesAnId(rule: FaultRow['faults'][number]['rule']): boolean {
  const { operation, kind } = rule;
  if (operation === 'CreateMultipartUpload') return kind === 'lost_response';
  const records = 'caller' in rule && rule.caller === CALLERS['create-upload'];
  return records && operation === 'UpdateItem' && kind !== 'delay';
}

/** Tries of one call, by the SDK and by the client, that a lost answer may have cost. */
const MAX_LOST = 5;

/** Until no execution of the upload runs any more, and an event whose answer was lost has come again. */
async function untilRest(passage: Passage, { leavesWaiting }: Way): Promise<void> {
  for (const end = performance.now() + REST_MS; performance.now() < end; ) {
    const [executions, rules] = await Promise.all([
      executionsOf(passage.lane.cloud, passage.id, passage.began),
      passage.reports(),
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

/** Which rules have not come to anything. */
async function untilApplied(passage: Passage): Promise<string[]> {
  if (passage.unplanned > 0) return [`${passage.unplanned} faults were never set`];
  for (const end = performance.now() + APPLIED_MS; ; ) {
    const idle = (await passage.reports()).filter(({ applied }) => applied === 0);
    if (idle.length === 0) return [];
    if (performance.now() > end) {
      return idle.map(({ kind, service, operation, matched }) => {
        return `${kind} at ${service} ${operation} did not happen: ${matched} such calls`;
      });
    }
    await pause(100);
  }
}

async function happenedTo(passage: Passage): Promise<string> {
  const faults = (await passage.reports()).map(
    ({ kind, applied, matched }) => `${kind} in ${applied} of ${matched} calls`,
  );
  const { retried } = passage.lane;
  const asked = retried.length === 0 ? [] : [`client asked again after ${retried.join(', ')}`];
  const runs = passage.reconciled === 0 ? [] : [`reconciler ran ${passage.reconciled} times`];
  return [...faults, ...asked, ...runs].join('; ') || 'nothing failed';
}
