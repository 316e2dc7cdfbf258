import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { INSPECTION_BUDGET } from '../../../core/media/inspection-budget.ts';
import { defaultUploadPolicy } from '../../../core/uploads/upload-policy.ts';
import { inspectMedia } from '../../../functions/media/inspect-media.ts';
import { rangedReader } from '../../../functions/media/ranged-reader.ts';
import { inspectMutant } from '../../../tools/conformance/media/inspect-mutant.ts';
import { deployedInspector, type Inspector } from '../../../tools/conformance/media/inspector.ts';
import { mutantOf } from '../../../tools/conformance/media/mutations.ts';
import { givenOriginals } from '../../../tools/conformance/media/originals.ts';
import { randomOf } from '../../../tools/conformance/media/random.ts';
import { runMedia } from '../../../tools/conformance/media/run-media.ts';
import { structureOf } from '../../../tools/conformance/media/structure.ts';
import { failed, scoreOf } from '../../../tools/conformance/score.ts';
import { formats, sampleFile } from '../../kit/media/sample-files.ts';
import { seededRandom } from '../../kit/seeded-random.ts';

const { seed } = seededRandom();
const signal = new AbortController().signal;

const kinds = { mp4: 'film.mp4', mp4Fragmented: 'film.mp4', mkv: 'film.mkv', mpegts: 'film.ts' };
const originals = await Promise.all(
  (Object.keys(kinds) as (keyof typeof kinds)[]).map(async (kind) => {
    const bytes = await sampleFile({ format: formats[kind](), seconds: 2, sound: true });
    const file = Buffer.from(bytes);
    return { name: kinds[kind], file, structure: structureOf(file) };
  }),
);

describe('The structure of a valid file', () => {
  it('has the boxes of an MP4 with their depth', () => {
    const [mp4] = originals;
    const types = new Map(
      mp4?.structure.pieces.map(({ start, depth }) => [
        mp4.file.toString('latin1', start + 4, start + 8),
        depth,
      ]),
    );
    expect(Object.fromEntries(types)).toMatchObject({
      ftyp: 0,
      moov: 0,
      trak: 1,
      stbl: 4,
      stsz: 5,
    });
  });

  it('covers an MP4, a Matroska and a transport stream from beginning to end', () => {
    for (const { file, structure } of originals) {
      const top = structure.pieces.filter(({ depth }) => depth === 0);
      let at = 0;
      for (const { start, end } of top) {
        expect(start).toBe(at);
        at = end;
      }
      expect(at).toBe(file.length);
    }
    expect(originals.map(({ structure }) => structure.kind)).toEqual([
      'isobmff',
      'isobmff',
      'ebml',
      'packets',
    ]);
  });

  it('can be read from any bytes without an error, and its pieces are within them', () => {
    fc.assert(
      fc.property(fc.nat(originals.length - 1), fc.nat(), (which, index) => {
        const original = originals[which] ?? { name: '', file: Buffer.alloc(0), structure: none };
        const { file } = mutantOf(original, randomOf(1, index));
        for (const { start, end, lengthAt } of structureOf(file).pieces) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(file.length);
          expect(lengthAt).toBeLessThan(file.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const none = { kind: 'other', pieces: [] } as const;

describe('A mutant', () => {
  it('is the same for the same seed and number, and does not change the original', () => {
    for (const original of originals) {
      const before = Buffer.from(original.file);
      for (let index = 0; index < 40; index += 1) {
        const [one, again] = [0, 1].map(() => mutantOf(original, randomOf(seed, index)));
        expect(one?.made).toBe(again?.made);
        expect(one?.file.equals(again?.file ?? Buffer.alloc(0))).toBe(true);
      }
      expect(original.file.equals(before)).toBe(true);
    }
  });

  it('can have every kind of mutation, and nearly always differs from the original', () => {
    const [mp4] = originals;
    if (mp4 === undefined) throw new Error('There is no MP4 among the originals.');
    const mutants = Array.from({ length: 400 }, (_, index) => mutantOf(mp4, randomOf(seed, index)));
    const names = new Set(mutants.flatMap(({ made }) => made.replace(/ of .*/, '').split(' and ')));
    expect([...names].sort()).toEqual([
      'bits',
      'bytes',
      'cut',
      'cutAnywhere',
      'deep',
      'doubled',
      'ends',
      'fields',
      'lengths',
      'nested',
      'removed',
      'shifted',
      'swapped',
    ]);
    expect(mutants.filter(({ file }) => !file.equals(mp4.file)).length).toBeGreaterThan(360);
  });
});

/** An inspector with this result and cost. */
const inspectorWith = (
  inspect: () => Promise<{ outcome: unknown; reason?: { code: unknown } }>,
  cost = { reads: 1, bytes: 1 },
): Inspector => ({ begin: () => ({ inspect, cost: () => cost }) });
const violationsOf = async (inspector: Inspector, now = () => 0) =>
  (await inspectMutant(inspector, { file: Buffer.alloc(1), contentType: 'video/mp4' }, now))
    .violations;

describe('An inspection', () => {
  it('may accept or reject a file within its budget', async () => {
    const rejected = { outcome: 'rejected', reason: { code: 'media_damaged' } };
    expect(await violationsOf(inspectorWith(async () => ({ outcome: 'accepted' })))).toEqual([]);
    expect(await violationsOf(inspectorWith(async () => rejected))).toEqual([]);
  });

  it('must not throw or return an unknown reason', async () => {
    const thrown = inspectorWith(() => Promise.reject(new TypeError('x is undefined')));
    expect(await violationsOf(thrown)).toEqual([
      'an error instead of a result: TypeError: x is undefined',
    ]);
    const unknown = inspectorWith(async () => ({
      outcome: 'rejected',
      reason: { code: 'because' },
    }));
    expect(await violationsOf(unknown)).toEqual(['the result rejected with the reason because']);
  });

  it.each(['reads', 'bytes', 'ms'] as const)('must not exceed its budget of %s', async (limit) => {
    const over = INSPECTION_BUDGET[limit] + 1;
    const cost = { reads: 1, bytes: 1, ...(limit !== 'ms' && { [limit]: over }) };
    const times = [0, limit === 'ms' ? over : 0];
    const inspector = inspectorWith(async () => ({ outcome: 'accepted' }), cost);
    expect(await violationsOf(inspector, () => times.shift() ?? 0)).toEqual([
      `${over} ${limit}, maximum ${INSPECTION_BUDGET[limit]}`,
    ]);
  });

  it('has the result and the cost of the deployed function', async () => {
    const inspector = deployedInspector(defaultUploadPolicy);
    for (const { name, file } of originals) {
      const contentType = name.endsWith('mp4') ? 'video/mp4' : 'video/x-matroska';
      const reader = rangedReader(
        file.length,
        async (start, end) => file.subarray(start, end),
        INSPECTION_BUDGET,
        () => 0,
      );
      const declared = { contentType, size: file.length };
      const direct = await inspectMedia(reader, declared, defaultUploadPolicy);
      const { result, reads, bytes } = await inspectMutant(
        inspector,
        { file, contentType },
        () => 0,
      );
      expect(result).toBe(direct.outcome === 'accepted' ? 'accepted' : direct.reason.code);
      expect({ reads, bytes }).toMatchObject({
        reads: reader.cost().reads,
        bytes: reader.cost().bytes,
      });
    }
  });
});

describe('npm run conformance -- media', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'conformance-media-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it(`accepts or rejects each of 300 mutated files within the budget (seed ${seed})`, async () => {
    const lines: string[] = [];
    const ran = await runMedia({
      order: { seed, from: 0, files: 300 },
      signal,
      say: (line) => lines.push(line),
      progress: () => undefined,
    });
    const score = scoreOf('media', ran, 0, []);
    expect(score.differing).toEqual([]);
    expect(score).toMatchObject({ passed: 300, total: 300, notRun: [] });
    const text = lines.join('\n');
    expect(text).toContain(`seed ${seed}`);
    expect(text).toMatch(/ media_damaged\n/);
    expect(text).toMatch(/ reads {3}\d+ of 32\n/);
  });

  it('mutates the files of a folder, and lists those that it leaves out', async () => {
    writeFileSync(join(folder, 'empty.mp4'), '');
    writeFileSync(join(folder, 'a.mp4'), originals[0]?.file ?? '');
    const given = await givenOriginals(folder);
    expect(given.originals.map(({ name }) => name)).toEqual(['a.mp4']);
    expect(given.leftOut).toEqual(['empty.mp4 (0 bytes)']);
  });

  it('fails if the inspecting process is killed', async () => {
    const stop = new AbortController();
    const ran = runMedia({
      order: { seed, from: 0, files: 10_000 },
      signal: stop.signal,
      say: (line) => {
        if (line.startsWith('Media: mutated from')) stop.abort();
      },
      progress: () => undefined,
    });
    const result = await ran.then(
      (outcome) => failed(scoreOf('media', outcome, 0, [])),
      (error: unknown) => String(error),
    );
    expect(result === true || /ended by SIGKILL/.test(String(result))).toBe(true);
  });
});
