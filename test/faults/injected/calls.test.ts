import { row as tell } from '../rows.ts';
import { callRows } from './call-rows.ts';
import { chosen, makeFiles, type Running, startRows } from './matrix.ts';

/** Every row of a run; what a row has cost is spent while others are waited for. */
const LONGEST_RUN_MS = 45 * 60_000;

const { seed, rows } = chosen(callRows());
let running: Running;

beforeAll(() => {
  running = startRows(rows, makeFiles());
});

afterAll(() => running?.close(), LONGEST_RUN_MS);

describe(`A call that fails (seed ${seed})`, () => {
  it.each(rows.map((row) => [row.name, row] as const))(
    '%s',
    async (_, row) => {
      const { happened, ended, problems } = await running.outcomeOf(row);
      expect({ happened, ended, problems }).toEqual({ happened, ended, problems: [] });
      tell(happened, ended);
    },
    LONGEST_RUN_MS,
  );
});
