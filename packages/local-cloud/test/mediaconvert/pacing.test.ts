import fc from 'fast-check';
import type { Frame } from 'node-av/lib';
import { framePacer } from '../../src/mediaconvert/transcode/frame-pacer.ts';
import { frameQueue } from '../../src/mediaconvert/transcode/frame-queue.ts';

const MILLISECONDS = { num: 1, den: 1000 };

/** A picture that knows only its time, in milliseconds. */
function picture(at: number, duration: number): Frame {
  const fields = { pts: BigInt(at), duration: BigInt(duration), free: () => undefined };
  return { ...fields, clone: () => picture(at, duration) } as unknown as Frame;
}

/** The time of the picture that is shown at each tick. */
async function paced(rate: { num: number; den: number }, pictures: readonly Frame[]) {
  const pacer = framePacer(MILLISECONDS, rate);
  const shown: number[] = [];
  for (const each of [...pictures, null]) {
    await pacer.push(each, async (frame, tick) => {
      expect(tick).toBe(shown.length);
      shown.push(Number(frame.pts));
    });
  }
  return shown;
}

describe('pictures at a constant rate', () => {
  const TEN = { num: 10, den: 1 };

  it('keep a steady rate', async () => {
    const steady = [0, 100, 200].map((at) => picture(at, 100));
    expect(await paced(TEN, steady)).toEqual([0, 100, 200]);
  });

  it('are repeated where one is missing, and from time 0', async () => {
    expect(await paced(TEN, [picture(200, 100), picture(500, 100)])).toEqual([
      200, 200, 200, 200, 200, 500,
    ]);
  });

  it('are dropped evenly where there are too many', async () => {
    const fast = [0, 50, 100, 150, 200, 250].map((at) => picture(at, 50));
    expect(await paced(TEN, fast)).toEqual([0, 100, 200]);
  });

  it('last as long as the last one is shown, or until the next tick if that is unknown', async () => {
    expect(await paced(TEN, [picture(0, 300)])).toEqual([0, 0, 0]);
    expect(await paced(TEN, [picture(0, 100), picture(100, 0)])).toEqual([0, 100]);
  });

  it('lose those whose time is before one that was shown', async () => {
    const joined = [0, 100, 200, 0, 100, 200].map((at) => picture(at, 100));
    expect(await paced(TEN, joined)).toHaveLength(3);
  });

  it('have the length of the source to half a tick', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(TEN, { num: 30_000, den: 1001 }, { num: 60, den: 1 }),
        async (lengths, rate) => {
          let at = 0;
          const pictures = lengths.map((length) => {
            at += length;
            return picture(at - length, length);
          });
          const ticks = (await paced(rate, pictures)).length;
          expect(Math.abs(ticks - (at * rate.num) / (1000 * rate.den))).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('a queue of pictures', () => {
  it('works through them in order and frees each one', async () => {
    const [worked, freed]: [number[], number[]] = [[], []];
    const queue = frameQueue(2, async (frame) => void worked.push(Number(frame.pts)));
    for (let at = 0; at < 5; at += 1) {
      const frame = { ...picture(at, 1), free: () => void freed.push(at) };
      await queue.put(frame as unknown as Frame);
    }
    await queue.drained();
    expect(worked).toEqual([0, 1, 2, 3, 4]);
    expect(freed).toEqual([0, 1, 2, 3, 4]);
  });

  it('holds the sender while it is full', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const queue = frameQueue(1, () => gate);
    await queue.put(picture(0, 1));
    await queue.put(picture(1, 1));
    let third = false;
    const put = queue.put(picture(2, 1)).then(() => {
      third = true;
    });
    await Promise.resolve();
    expect(third).toBe(false);
    release();
    await put;
    await queue.drained();
  });

  it('reports the failure of its work to the sender', async () => {
    const queue = frameQueue(1, async () => {
      throw new Error('no encoder');
    });
    await expect(
      (async () => {
        await queue.put(picture(0, 1));
        await queue.drained();
      })(),
    ).rejects.toThrow('no encoder');
    await expect(queue.put(picture(1, 1))).rejects.toThrow('no encoder');
  });
});
