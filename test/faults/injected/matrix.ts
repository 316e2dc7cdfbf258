import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../kit/seeded-random.ts';
import { type FaultRow, LANES } from './call-rows.ts';
import { CALLS } from './calls.ts';
import { type FaultCloud, openFaultCloud } from './fault-cloud.ts';
import { Lane } from './lane.ts';
import { type Files, type Outcome, runRow } from './run-row.ts';
import { siteOf } from './seen-calls.ts';
import { WAYS, type Way, type WayName } from './ways.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A second of film with sound, the smallest that the pipeline takes, and a text that is none. */
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

/** All rows with `REELGATE_FAULTS=all`; else, by a seed, as many as hold one of everything that rows cover. */
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
    // A row for a kind that is covered already is worth its time only for a place that is not.
    for (const what of row.covers) covered.add(what);
    taken.add(row);
  }
  return { seed, rows: rows.filter((row) => taken.has(row)) };
}

/** What was seen while nothing failed. */
export interface Clean {
  /** Calls, and the most of them that one passage has made. */
  readonly calls: ReadonlyMap<string, number>;
  readonly states: ReadonlySet<string>;
  /** By way. */
  readonly outcomes: ReadonlyMap<WayName, Outcome>;
}

/** Rows under way, each of which answers when it is through. */
export interface Running {
  /** Every way without a fault, before the rows begin; their calls are what rows have to be about. */
  readonly clean: Promise<Clean>;
  outcomeOf(row: FaultRow): Promise<Outcome>;
  close(): Promise<void>;
}

/**
 * Runs rows in lanes, a seeded account each, on one cloud with moderators and one without; rows that must be
 * alone come last.
 */
export function startRows(rows: readonly FaultRow[], files: Files): Running {
  const outcomes = new Map(rows.map((row) => [row, Promise.withResolvers<Outcome>()]));
  const clouds: Promise<FaultCloud>[] = [];
  const seen = { calls: new Map<string, number>(), states: new Set<string>(), outcomes: new Map() };
  const cleanly: Promise<void>[] = [];
  const running = [false, true].map(async (review) => {
    const own = rows.filter(({ way }) => (WAYS[way] as Way).review === review);
    const opening = openFaultCloud(review, LANES);
    clouds.push(opening);
    const driven = Promise.withResolvers<void>();
    cleanly.push(driven.promise);
    const run = async (lane: Lane, row: FaultRow) =>
      outcomes.get(row)?.resolve(await runRow(lane, row, files));
    try {
      const cloud = await opening;
      const names = Array.from({ length: LANES }, (_, index) => `worker-${index + 1}`);
      const lanes = await Promise.all(names.map((username) => Lane.open(cloud, username)));
      const [lane] = lanes;
      if (lane) await driveCleanly(lane, files, seen);
      driven.resolve();
      const queue = own.filter(({ alone }) => !alone);
      const worker = async (lane: Lane) => {
        for (let row = queue.shift(); row; row = queue.shift()) await run(lane, row);
      };
      await Promise.all(lanes.map(worker));
      for (const row of own.filter(({ alone }) => alone)) if (lane) await run(lane, row);
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

/** Each way of this cloud that rows let calls fail on, one after the other. */
async function driveCleanly(
  lane: Lane,
  files: Files,
  seen: {
    readonly calls: Map<string, number>;
    readonly states: Set<string>;
    readonly outcomes: Map<WayName, Outcome>;
  },
): Promise<void> {
  const { control, review } = lane.cloud;
  const ways = new Set(Object.values(CALLS).flatMap(({ rows }) => rows.map(({ way }) => way)));
  for (const way of ways) {
    if ((WAYS[way] as Way).review !== review) continue;
    await control.forgetCalls();
    const row = { name: way, covers: [], way, faults: [], mayEnd: [], alone: true };
    const outcome = await runRow(lane, row, files);
    seen.outcomes.set(way, outcome);
    for (const state of outcome.states) seen.states.add(state);
    const sites = (await control.calls()).calls.map(siteOf).filter((site) => site !== undefined);
    for (const [site, all] of Map.groupBy(sites, (site) => site)) {
      seen.calls.set(site, Math.max(seen.calls.get(site) ?? 0, all.length));
    }
  }
}
