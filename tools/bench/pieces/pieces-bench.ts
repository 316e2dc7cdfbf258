import { compileEventPattern } from '@reelgate/local-cloud/engines';
import { sniff } from '../../../core/media/sniff.ts';
import { inspect } from '../../../test/kit/media/memory-object.ts';
import { type Bench, type BenchRun, type Measured, OURS } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { openDelivery } from './event-delivery.ts';
import { deepFile, hostileHead, hostileMatch } from './hostile-inputs.ts';

/** What the timer cannot see is done so often. */
const OFTEN = 100;

export const pieces: Bench = {
  name: 'pieces',
  prose: {
    title: 'Small pieces that somebody may try to make slow',
    measures:
      'One rule or engine each, in this process: the verdict on a head made of comments, an event pattern of thirty wildcards over a text of one letter, an event from `emit` to its target, and the inspection of a file whose boxes stand ten thousand levels deep. Tests assert what comes out; how long it takes is seen here.',
    contenders: [
      {
        name: OURS,
        how: 'the functions that Lambda and the local cloud run: core/media/sniff.ts, local/events, functions/media/inspect-media.ts over bytes in memory. No peer does the same.',
      },
    ],
    leftOut: [
      'Ten thousand mutated files: `npm run conformance -- media` tells their largest costs.',
    ],
  },
  run: measurePieces,
};

async function measurePieces(run: BenchRun): Promise<Measured> {
  const lengths = run.small ? [1_000, 2_000] : [10_000, 20_000, 40_000, 80_000];
  const levels = run.small ? 100 : 10_000;
  const delivery = await openDelivery();
  const head = hostileHead();
  const deep = deepFile(levels);
  const names = {
    head: 'sniffing a hostile head',
    event: 'delivering an event',
    file: `inspecting a file ${levels.toLocaleString('en-US')} levels deep`,
    match: (length: number) => `a hostile pattern over ${length.toLocaleString('en-US')} letters`,
  };
  try {
    const found = await rounds(run, 'pieces', [
      { name: names.head, run: () => timed(OFTEN, () => sniff(head)) },
      { name: names.event, run: delivery.deliver },
      { name: names.file, run: () => timed(1, () => inspect(deep)) },
      ...lengths.map((length) => {
        const { pattern, event } = hostileMatch(length);
        const matches = compileEventPattern(pattern);
        return { name: names.match(length), run: () => timed(OFTEN, () => matches(event)) };
      }),
    ]);
    return judge(found, names.match, lengths);
  } finally {
    delivery.close();
  }
}

function judge(
  found: ReadonlyMap<string, number[]>,
  match: (length: number) => string,
  lengths: readonly number[],
): Measured {
  return {
    series: [...found].map(([measure, values]) => ({
      measure,
      contender: OURS,
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
          contender: OURS,
          x: length,
          y: median(resultsOf(found, match(length))),
        })),
      },
    ],
    remarks: [],
  };
}

/** Milliseconds of one of `times` runs. */
async function timed(times: number, work: () => unknown): Promise<number> {
  const began = performance.now();
  for (let time = 0; time < times; time++) await work();
  return (performance.now() - began) / times;
}
