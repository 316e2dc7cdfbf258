import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { row as reportRow } from '../rows.ts';
import { callRows } from './call-rows.ts';
import { CALLS } from './calls.ts';
import { clientRows, eventRows } from './event-rows.ts';
import { chosen, makeFiles, type Running, startRows } from './matrix.ts';
import { outageRows } from './outage-rows.ts';

/** Limit of the whole run: rows run concurrently, and each test waits for its own row. */
const MAX_RUN_MS = 60 * 60_000;

const DEFINITION = join(import.meta.dirname, '../../../statemachines/process-upload.asl.json');

interface Definition {
  readonly States: Readonly<Record<string, { readonly Type: string }>>;
}

/** States that only an outage reaches: `no announcement is accepted`. */
const AFTER_OUTAGES = ['LeaveAnnouncementPending'];

const CLEAN_WAYS = [
  ...new Set(Object.values(CALLS).flatMap(({ rows }) => rows.map(({ scenario }) => scenario))),
];

const everything = [...outageRows(), ...eventRows(), ...clientRows(), ...callRows()];
const { seed, rows } = chosen(everything);
let running: Running;

beforeAll(() => {
  running = startRows(rows, makeFiles());
});

afterAll(() => running?.close(), MAX_RUN_MS);

describe('One upload without faults', () => {
  it.each(CLEAN_WAYS)(
    '%s',
    async (scenario) => {
      const outcome = (await running.clean).outcomes.get(scenario);
      expect(outcome?.problems).toEqual([]);
      reportRow(outcome?.happened ?? '', outcome?.ended ?? '');
    },
    MAX_RUN_MS,
  );

  it(
    'makes the calls that rows let fail, and no others',
    async () => {
      const { calls } = await running.clean;
      const most = (name: string) => CALLS[name]?.most;
      expect({
        withoutRows: [...calls.keys()].filter((name) => most(name) === undefined),
        notSeen: Object.keys(CALLS).filter((name) => !calls.has(name)),
        moreThanListed: [...calls].filter(([name, count]) => count > Number(most(name))),
      }).toEqual({ withoutRows: [], notSeen: [], moreThanListed: [] });
      reportRow(`${calls.size} calls`, 'each has its rows');
    },
    MAX_RUN_MS,
  );

  it(
    'comes through every state of the workflow that calls something',
    async () => {
      const { States } = JSON.parse(readFileSync(DEFINITION, 'utf8')) as Definition;
      const tasks = Object.keys(States).filter(
        (name) => States[name]?.Type === 'Task' && !AFTER_OUTAGES.includes(name),
      );
      const places = Object.values(CALLS).flatMap(({ rows }) => rows.map(({ state }) => state));
      const withRows = [...new Set(places.filter((state) => state !== undefined))];
      expect(withRows.sort()).toEqual(tasks.sort());
      const { states } = await running.clean;
      expect(tasks.filter((name) => !states.has(name))).toEqual([]);
      reportRow(`${tasks.length} states that call`, 'each has its rows');
    },
    MAX_RUN_MS,
  );
});

describe(`One upload (seed ${seed}), with`, () => {
  it.each(rows.map((row) => [row.name, row] as const))(
    '%s',
    async (_, row) => {
      const { happened, ended, problems } = await running.outcomeOf(row);
      expect({ happened, ended, problems }).toEqual({ happened, ended, problems: [] });
      reportRow(happened, ended);
    },
    MAX_RUN_MS,
  );
});
