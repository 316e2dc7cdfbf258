import { parseArguments } from '../../../../tools/bench/arguments.ts';
import { resultsOf, rounds } from '../../../../tools/bench/rounds.ts';

const run = (more: object = {}) => ({ runs: 2, small: false, say: () => {}, ...more });

/** Candidates that record the order of their runs and return their position in it. */
function candidates(order: string[]) {
  return ['a', 'b'].map((name) => ({
    name,
    run: async () => order.push(name),
  }));
}

describe('The rounds of a bench', () => {
  it('let the candidates take turns, after a warm-up round that is not counted', async () => {
    const order: string[] = [];
    const results = await rounds(run(), 'trial', candidates(order));
    expect(order.join('')).toBe('ababab');
    expect(resultsOf(results, 'a')).toEqual([3, 5]);
    expect(resultsOf(results, 'b')).toEqual([4, 6]);
  });

  it('have no warm-up round in a small run', async () => {
    const order: string[] = [];
    await rounds(run({ small: true, runs: 1 }), 'trial', candidates(order));
    expect(order.join('')).toBe('ab');
  });

  it('report each round', async () => {
    const lines: string[] = [];
    await rounds(run({ say: (line: string) => lines.push(line) }), 'trial', candidates([]));
    expect(lines[0]).toBe('trial: warm-up, a');
    expect(lines.at(-1)).toBe('trial: round 2 of 2, b');
  });

  it('measure a candidate that takes more than 20 s only once', async () => {
    let ms = 0;
    const turns = [
      { name: 'quick', run: async () => (ms += 20_000) },
      { name: 'slow', run: async () => (ms += 20_001) },
    ];
    const results = await rounds(run(), 'trial', turns, () => ms);
    expect(resultsOf(results, 'quick')).toHaveLength(2);
    expect(resultsOf(results, 'slow')).toHaveLength(1);
  });

  it('have no results of a candidate that did not run', async () => {
    const results = await rounds(run(), 'trial', candidates([]));
    expect(() => resultsOf(results, 'c')).toThrow(
      'There is no candidate c; the candidates are a, b.',
    );
  });
});

describe('The command line', () => {
  const known = ['grant', 's3'];

  it('runs all benches five times by default', () => {
    expect(parseArguments([], known)).toEqual({
      names: known,
      small: false,
      runs: 5,
      page: false,
    });
  });

  it('runs the named benches in the order of the page, small runs once', () => {
    expect(parseArguments(['s3', 'grant', '--small'], known)).toEqual({
      names: known,
      small: true,
      runs: 1,
      page: false,
    });
  });

  it.each([
    [['s4'], 'There is no bench s4; the benches are grant, s3.'],
    [['--runs', '0'], '--runs is "0"; expected a whole number from 1 to 99.'],
    [['--runs', 'many'], '--runs is "many"; expected a whole number from 1 to 99.'],
  ])('rejects %j in one sentence', (args, mistake) => {
    expect(parseArguments(args, known)).toEqual({ mistake });
  });

  it('rejects an unknown option by name', () => {
    expect(parseArguments(['--fast'], known)).toEqual({
      mistake: expect.stringContaining('--fast'),
    });
  });
});
