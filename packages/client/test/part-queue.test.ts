import { partQueue } from '../src/part-queue.ts';

const jobs = [1, 2, 3].map((partNumber) => ({ partNumber, offset: 0, size: 1 }));
const numbers = (queue: ReturnType<typeof partQueue>) =>
  queue.parts.map(({ job }) => job.partNumber);

describe('The queue of parts', () => {
  it('starts with every part, none of which has failed', () => {
    const [first] = partQueue(jobs).parts;
    expect(first).toEqual({
      job: jobs[0],
      failures: 0,
      refusals: 0,
      losses: 0,
      storedAtLoss: 0,
      notBefore: 0,
    });
  });

  it('gives the first part that may be sent now', () => {
    const queue = partQueue(jobs);
    const first = queue.take(0);
    if (!first) throw new Error('The queue is empty.');
    queue.putBack(first, 100);
    expect(queue.take(99)?.job.partNumber).toBe(2);
    expect(queue.take(100)?.job.partNumber).toBe(1);
    expect(queue.take(100)?.job.partNumber).toBe(3);
    expect(queue.take(100)).toBeUndefined();
  });

  it('puts a part back in the order of numbers, with its time', () => {
    const queue = partQueue(jobs);
    const taken = [queue.take(0), queue.take(0), queue.take(0)];
    for (const index of [2, 0, 1]) {
      const part = taken[index];
      if (part) queue.putBack(part, index);
    }
    expect(numbers(queue)).toEqual([1, 2, 3]);
    expect(queue.parts.map(({ notBefore }) => notBefore)).toEqual([0, 1, 2]);
  });
});
