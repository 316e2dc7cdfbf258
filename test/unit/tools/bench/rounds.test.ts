import { parseArguments } from '../../../../tools/bench/arguments.ts';
import { resultsOf, rounds } from '../../../../tools/bench/rounds.ts';

const run = (more: object = {}) => ({ runs: 2, small: false, say: () => {}, ...more });

/** Contenders that note who ran when and answer their turn. */
function contenders(order: string[]) {
  return ['a', 'b'].map((name) => ({
    name,
    run: async () => order.push(name),
  }));
}

describe('The rounds of a bench', () => {
  it('let the contenders take turns, after one round that is not counted', async () => {
    const order: string[] = [];
    const results = await rounds(run(), 'trial', contenders(order));
    expect(order.join('')).toBe('ababab');
    expect(resultsOf(results, 'a')).toEqual([3, 5]);
    expect(resultsOf(results, 'b')).toEqual([4, 6]);
  });

  it('have nothing that is not counted where figures mean nothing', async () => {
    const order: string[] = [];
    await rounds(run({ small: true, runs: 1 }), 'trial', contenders(order));
    expect(order.join('')).toBe('ab');
  });

  it('tell what goes on', async () => {
    const said: string[] = [];
    await rounds(run({ say: (line: string) => said.push(line) }), 'trial', contenders([]));
    expect(said[0]).toBe('trial: warm-up, a');
    expect(said.at(-1)).toBe('trial: round 2 of 2, b');
  });

  it('measure whoever takes more than 20 s once only', async () => {
    let ms = 0;
    const turns = [
      { name: 'quick', run: async () => (ms += 20_000) },
      { name: 'slow', run: async () => (ms += 20_001) },
    ];
    const results = await rounds(run(), 'trial', turns, () => ms);
    expect(resultsOf(results, 'quick')).toHaveLength(2);
    expect(resultsOf(results, 'slow')).toHaveLength(1);
  });

  it('know no contender that did not run', async () => {
    const results = await rounds(run(), 'trial', contenders([]));
    expect(() => resultsOf(results, 'c')).toThrow('No contender is called c; there are a,b.');
  });
});

describe('The command line', () => {
  const known = ['grant', 's3'];

  it('without a name runs all, five times each', () => {
    expect(parseArguments([], known)).toEqual({
      names: known,
      small: false,
      runs: 5,
      page: false,
    });
  });

  it('runs what is named, in the order of the page, small ones once', () => {
    expect(parseArguments(['s3', 'grant', '--small'], known)).toEqual({
      names: known,
      small: true,
      runs: 1,
      page: false,
    });
  });

  it.each([
    [['s4'], 'No bench is called s4; there are grant, s3.'],
    [['--runs', '0'], '--runs must be 1 to 99, got "0".'],
    [['--runs', 'many'], '--runs must be 1 to 99, got "many".'],
  ])('%j is refused in one sentence', (args, mistake) => {
    expect(parseArguments(args, known)).toEqual({ mistake });
  });

  it('refuses an unknown option by name', () => {
    expect(parseArguments(['--fast'], known)).toEqual({
      mistake: expect.stringContaining('--fast'),
    });
  });
});
