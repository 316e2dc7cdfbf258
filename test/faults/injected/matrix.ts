import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNTS } from '../../../dev/accounts.ts';
import { seededRandom } from '../../e2e/seeded-random.ts';
import type { FaultRow } from './call-rows.ts';
import { type FaultCloud, openFaultCloud } from './fault-cloud.ts';
import { Lane } from './lane.ts';
import { type Files, type Outcome, runRow } from './run-row.ts';
import { WAYS, type Way } from './ways.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A second of film with sound, the smallest that the pipeline takes, and a text that is none. */
export function makeFiles(): Files {
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-faults-'));
  try {
    const out = join(folder, 'film.mp4');
    const size = ['--seconds', '1', '--width', '64', '--height', '48', '--megabytes', '0.02'];
    const script = ['--disable-warning=ExperimentalWarning', 'dev/sample-video.ts', '--out', out];
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

/** Rows under way, each of which answers when it is through. */
export interface Running {
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
  const running = [false, true].map(async (review) => {
    const own = rows.filter(({ way }) => (WAYS[way] as Way).review === review);
    if (own.length === 0) return;
    const opening = openFaultCloud(review);
    clouds.push(opening);
    const run = async (lane: Lane, row: FaultRow) =>
      outcomes.get(row)?.resolve(await runRow(lane, row, files));
    try {
      const cloud = await opening;
      const lanes = await Promise.all(ACCOUNTS.map(({ username }) => Lane.open(cloud, username)));
      const queue = own.filter(({ alone }) => !alone);
      const worker = async (lane: Lane) => {
        for (let row = queue.shift(); row; row = queue.shift()) await run(lane, row);
      };
      await Promise.all(lanes.map(worker));
      const [lane] = lanes;
      for (const row of own.filter(({ alone }) => alone)) if (lane) await run(lane, row);
    } catch (error) {
      for (const row of own) outcomes.get(row)?.reject(error);
    }
  });
  return {
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
