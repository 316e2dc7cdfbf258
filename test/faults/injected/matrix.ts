import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../kit/seeded-random.ts';
import { type FaultRow, WORKERS } from './call-rows.ts';
import { CALLS } from './calls.ts';
import { type FaultCloud, openFaultCloud } from './fault-cloud.ts';
import { type Files, type Outcome, runRow } from './run-row.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from './scenarios.ts';
import { siteOf } from './seen-calls.ts';
import { Worker } from './worker.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The smallest valid video (one second, with sound), and a text file. */
export function makeFiles(): Files {
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-faults-'));
  try {
    const out = join(folder, 'film.mp4');
    const size = ['--seconds', '1', '--width', '64', '--height', '48', '--megabytes', '0.02'];
    const script = ['--disable-warning=ExperimentalWarning', 'tools/sample-video.ts', out];
    execFileSync(process.execPath, [...script, ...size], { cwd: ROOT, stdio: 'pipe' });
    return { film: readFileSync(out), text: Buffer.from('Only words.\n'.repeat(100)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All rows with `REELGATE_FAULTS=all`; otherwise a seeded sample that contains one row for everything that rows cover. */
export function chosen(rows: readonly FaultRow[]): {
  readonly seed: number;
  readonly rows: FaultRow[];
} {
  const { seed, next } = seededRandom();
  if (process.env.REELGATE_FAULTS === 'all') return { seed, rows: [...rows] };
  const covered = new Set<string>();
  const order = rows.map((row) => ({ row, place: next() })).sort((a, b) => a.place - b.place);
  const taken = new Set<FaultRow>();
  for (const { row } of order) {
    if (row.covers.every((what) => covered.has(what))) continue;
    // If its kind is covered already, a row is selected only for a call that is not.
    for (const what of row.covers) covered.add(what);
    taken.add(row);
  }
  return { seed, rows: rows.filter((row) => taken.has(row)) };
}

/** Observations without faults. */
export interface Clean {
  /** Calls, and their maximum number in one run. */
  readonly calls: ReadonlyMap<string, number>;
  readonly states: ReadonlySet<string>;
  /** By scenario. */
  readonly outcomes: ReadonlyMap<ScenarioName, Outcome>;
}

/** Running rows; each has a promise of its outcome. */
export interface Running {
  /** Every scenario without a fault, before the rows start; rows must cover their calls. */
  readonly clean: Promise<Clean>;
  outcomeOf(row: FaultRow): Promise<Outcome>;
  close(): Promise<void>;
}

/**
 * Runs rows in workers, each with a seeded account, on one cloud with review and one without. Rows that must run
 * alone run last.
 */
export function startRows(rows: readonly FaultRow[], files: Files): Running {
  const outcomes = new Map(rows.map((row) => [row, Promise.withResolvers<Outcome>()]));
  const clouds: Promise<FaultCloud>[] = [];
  const seen = { calls: new Map<string, number>(), states: new Set<string>(), outcomes: new Map() };
  const cleanly: Promise<void>[] = [];
  const running = [false, true].map(async (review) => {
    const own = rows.filter(({ scenario }) => (SCENARIOS[scenario] as Scenario).review === review);
    const opening = openFaultCloud(review, WORKERS);
    clouds.push(opening);
    const driven = Promise.withResolvers<void>();
    cleanly.push(driven.promise);
    const run = async (worker: Worker, row: FaultRow) =>
      outcomes.get(row)?.resolve(await runRow(worker, row, files));
    try {
      const cloud = await opening;
      const names = Array.from({ length: WORKERS }, (_, index) => `worker-${index + 1}`);
      const workers = await Promise.all(names.map((username) => Worker.open(cloud, username)));
      const [first] = workers;
      if (first) await driveCleanly(first, files, seen);
      driven.resolve();
      const queue = own.filter(({ alone }) => !alone);
      const takeRows = async (worker: Worker) => {
        for (let row = queue.shift(); row; row = queue.shift()) await run(worker, row);
      };
      await Promise.all(workers.map(takeRows));
      for (const row of own.filter(({ alone }) => alone)) if (first) await run(first, row);
    } catch (error) {
      driven.reject(error);
      for (const row of own) outcomes.get(row)?.reject(error);
    }
  });
  return {
    clean: Promise.all(cleanly).then(() => seen),
    outcomeOf(row) {
      const outcome = outcomes.get(row);
      if (outcome === undefined) throw new Error(`This row does not run: ${row.name}.`);
      return outcome.promise;
    },
    async close() {
      await Promise.allSettled(running);
      for (const opened of await Promise.allSettled(clouds)) {
        if (opened.status === 'fulfilled') await opened.value.close();
      }
    },
  };
}

/** Runs each scenario of this cloud that has rows, one after the other. */
async function driveCleanly(
  worker: Worker,
  files: Files,
  seen: {
    readonly calls: Map<string, number>;
    readonly states: Set<string>;
    readonly outcomes: Map<ScenarioName, Outcome>;
  },
): Promise<void> {
  const { control, review } = worker.cloud;
  const scenarios = new Set(
    Object.values(CALLS).flatMap(({ rows }) => rows.map(({ scenario }) => scenario)),
  );
  for (const scenario of scenarios) {
    if ((SCENARIOS[scenario] as Scenario).review !== review) continue;
    await control.forgetCalls();
    const row = { name: scenario, covers: [], scenario, faults: [], mayEnd: [], alone: true };
    const outcome = await runRow(worker, row, files);
    seen.outcomes.set(scenario, outcome);
    for (const state of outcome.states) seen.states.add(state);
    const sites = (await control.calls()).calls.map(siteOf).filter((site) => site !== undefined);
    for (const [site, all] of Map.groupBy(sites, (site) => site)) {
      seen.calls.set(site, Math.max(seen.calls.get(site) ?? 0, all.length));
    }
  }
}
