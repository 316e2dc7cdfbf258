import { compileEventPattern } from '@reelgate/local-cloud/engines';
import { sniff } from '../../../core/media/sniff.ts';
import { inspect } from '../../../test/kit/media/memory-object.ts';
import { type Bench, type BenchRun, type Measured, OURS } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { openDelivery } from './event-delivery.ts';
import { deepFile, hostileHead, hostileMatch } from './hostile-inputs.ts';

/** Runs per measurement of work that is too short for the timer. */
const REPETITIONS = 100;

export const pieces: Bench = {
  name: 'pieces',
  prose: {
    title: 'Functions that an attacker may try to slow down',
    measures:
      'Single functions in this process: detecting the type of a head made of comments, matching an event pattern of thirty wildcards with a text of one letter, delivering an event to its target, and inspecting a file with ten thousand levels of nested boxes. Tests check the results; this bench measures the time.',
    candidates: [
      {
        name: OURS,
        how: 'the functions that Lambda and the local cloud run: core/media/sniff.ts, the event engine of packages/local-cloud, functions/media/inspect-media.ts over bytes in memory. There is no peer.',
      },
    ],
    leftOut: [
      'Ten thousand mutated files: `npm run conformance -- media` reports their largest costs.',
    ],
  },
  run: measurePieces,
};

async function measurePieces(run: BenchRun): Promise<Measured> {
  const lengths = run.small ? [1_000, 2_000] : [10_000, 20_000, 40_000, 80_000];
  const levels = run.small ? 100 : 10_000;
  const delivery = await openDelivery(run.folder);
  const head = hostileHead();
  const deep = deepFile(levels);
  const names = {
    head: 'sniffing a hostile head',
    event: 'delivering an event',
    file: `inspecting a file with ${levels.toLocaleString('en-US')} levels`,
    match: (length: number) => `a hostile pattern over ${length.toLocaleString('en-US')} letters`,
  };
  try {
    const found = await rounds(run, 'pieces', [
      { name: names.head, run: () => timed(REPETITIONS, () => sniff(head)) },
      { name: names.event, run: delivery.deliver },
      { name: names.file, run: () => timed(1, () => inspect(deep)) },
      ...lengths.map((length) => {
        const { pattern, event } = hostileMatch(length);
        const matches = compileEventPattern(pattern);
        return { name: names.match(length), run: () => timed(REPETITIONS, () => matches(event)) };
      }),
    ]);
    return summarize(found, names.match, lengths);
  } finally {
    delivery.close();
  }
}

function summarize(
  found: ReadonlyMap<string, number[]>,
  match: (length: number) => string,
  lengths: readonly number[],
): Measured {
  return {
    series: [...found].map(([measure, values]) => ({
      measure,
      candidate: OURS,
      unit: 'ms',
      better: 'less',
      values,
    })),
    plotted: [],
    targets: [],
    growth: [
      {
        id: 'pattern',
        title: 'A hostile pattern grows with the text, not with the ways to match it',
        x: 'letters',
        y: 'ms',
        logarithmic: false,
        points: lengths.map((length) => ({
          candidate: OURS,
          x: length,
          y: median(resultsOf(found, match(length))),
        })),
      },
    ],
    remarks: [],
  };
}

/** Mean duration of `times` runs in ms. */
async function timed(times: number, work: () => unknown): Promise<number> {
  const began = performance.now();
  for (let time = 0; time < times; time++) await work();
  return (performance.now() - began) / times;
}
