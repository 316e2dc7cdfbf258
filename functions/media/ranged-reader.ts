import { TransientError } from '../../core/transient-error.ts';

/** Limits of one inspection; the values are in `core/media/inspection-budget.ts`. */
export interface InspectionBudget {
  readonly reads: number;
  readonly bytes: number;
  /** Wall time in ms from the reader's creation. */
  readonly ms: number;
}

interface InspectionCost {
  readonly reads: number;
  readonly bytes: number;
  readonly ms: number;
}

/** Fetches exactly the bytes [start, end) of the object's pinned version. */
export type FetchRange = (start: number, end: number) => Promise<Uint8Array>;

/** Bytes of one object, read by ranges under a budget and remembered, so that no byte is fetched twice. */
export interface RangedReader {
  readonly size: number;
  /**
   * The bytes [start, end), cut at the object's end.
   * @throws InspectionBudgetExceeded before a fetch that the budget does not cover
   * @throws TransientError after the wall time: a slow S3 is not the file's fault
   */
  read(start: number, end: number): Promise<Uint8Array>;
  cost(): InspectionCost;
  /**
   * True while a further fetch of `bytes` would leave half of the budget: for facts that are optional.
   */
  affords(bytes: number): boolean;
}

type FileLimit = 'reads' | 'bytes' | 'cpuMs';

const LIMITS: Readonly<Record<FileLimit, string>> = {
  reads: 'reads',
  bytes: 'bytes',
  cpuMs: 'ms of CPU time',
};

/** The file needs more reads, bytes or CPU time than an inspection may spend. */
export class InspectionBudgetExceeded extends Error {
  override readonly name = 'InspectionBudgetExceeded';
  readonly limit: FileLimit;

  constructor(limit: FileLimit, asked: number, allowed: number) {
    super(`The inspection needs ${asked} ${LIMITS[limit]}; at most ${allowed}.`);
    this.limit = limit;
  }
}

/** A fetch reads at least this much: headers are close together, and a request costs more than its bytes. */
const MIN_READ_AHEAD = 64 * 1024;
/** Each fetch that continues where the last one ended reads twice as much, up to this. */
const MAX_READ_AHEAD = 1024 * 1024;

interface Chunk {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** `now` is in ms; only its differences count. */
export function rangedReader(
  size: number,
  fetchRange: FetchRange,
  budget: InspectionBudget,
  now: () => number,
): RangedReader {
  const began = now();
  const chunks: Chunk[] = [];
  let readAhead = MIN_READ_AHEAD;
  let lastEnd = -1;
  let reads = 0;
  let bytes = 0;

  const check = (limit: 'reads' | 'bytes', asked: number) => {
    if (asked > budget[limit]) throw new InspectionBudgetExceeded(limit, asked, budget[limit]);
  };

  const firstGap = (start: number, end: number): { start: number; end: number } | undefined => {
    let position = start;
    for (const chunk of chunks) {
      const chunkEnd = chunk.start + chunk.bytes.length;
      if (chunkEnd <= position) continue;
      if (chunk.start > position) return { start: position, end: Math.min(end, chunk.start) };
      position = chunkEnd;
      if (position >= end) return undefined;
    }
    return position < end ? { start: position, end } : undefined;
  };

  const fill = async (gap: { start: number; end: number }) => {
    const needed = gap.end - gap.start;
    check('reads', reads + 1);
    check('bytes', bytes + needed);
    if (now() - began > budget.ms) {
      throw new TransientError(`The inspection took more than ${budget.ms} ms.`);
    }
    const nextKnown = chunks.find((chunk) => chunk.start >= gap.end)?.start ?? size;
    readAhead = gap.start === lastEnd ? Math.min(readAhead * 2, MAX_READ_AHEAD) : MIN_READ_AHEAD;
    const wanted = Math.min(Math.max(needed, readAhead), nextKnown - gap.start);
    const length = Math.min(wanted, budget.bytes - bytes);
    reads += 1;
    bytes += length;
    lastEnd = gap.start + length;
    const fetched = await fetchRange(gap.start, gap.start + length);
    if (fetched.length !== length) {
      throw new RangeError(`Asked for ${length} bytes at ${gap.start} and got ${fetched.length}.`);
    }
    chunks.push({ start: gap.start, bytes: fetched });
    chunks.sort((a, b) => a.start - b.start);
  };

  const copy = (start: number, end: number): Uint8Array => {
    const into = new Uint8Array(end - start);
    for (const chunk of chunks) {
      const from = Math.max(start, chunk.start);
      const to = Math.min(end, chunk.start + chunk.bytes.length);
      if (from < to) {
        into.set(chunk.bytes.subarray(from - chunk.start, to - chunk.start), from - start);
      }
    }
    return into;
  };

  // One read after the other: two that overlap would otherwise fetch the same bytes twice.
  let queue: Promise<unknown> = Promise.resolve();
  const read = async (from: number, to: number): Promise<Uint8Array> => {
    const start = Math.max(0, Math.min(from, size));
    const end = Math.max(start, Math.min(to, size));
    check('bytes', end - start);
    for (let gap = firstGap(start, end); gap; gap = firstGap(start, end)) await fill(gap);
    return copy(start, end);
  };

  return {
    size,
    read(start, end) {
      const result = queue.then(() => read(start, end));
      queue = result.catch(() => undefined);
      return result;
    },
    cost: () => ({ reads, bytes, ms: Math.round(now() - began) }),
    affords: (more) => reads + 1 <= budget.reads / 2 && bytes + more <= budget.bytes / 2,
  };
}
