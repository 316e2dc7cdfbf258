import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../tools/cloud/folders.ts';
import { synthesize } from '../../tools/cloud/synthesize.ts';
import { begin, type Fixture, openFixture } from '../../tools/permissions/fixture.ts';
import { ENDING_SCENARIOS } from './reconciler-endings.ts';
import { lateBy, MINUTE_MS, reconcile, tableOf } from './reconciler-run.ts';
import { RECONCILER_SCENARIOS } from './reconciler-scenarios.ts';

const folder = mkdtempSync(join(tmpdir(), 'reelgate-reconciler-'));
let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture(
    await synthesize(ROOT, { configuration: { upload: { review: true } } }),
    folder,
  );
});

afterAll(async () => {
  await fixture?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('The reconciler repairs what lost events and crashes leave behind', () => {
  it.each(
    [...RECONCILER_SCENARIOS, ...ENDING_SCENARIOS].map(({ name, run }) => [name, run] as const),
  )('%s', (_, run) => run(fixture));

  it('and a second run changes nothing', async () => {
    await begin(fixture);
    const later = lateBy(20 * MINUTE_MS);
    await reconcile(fixture, later);
    const before = await tableOf(fixture);
    const { looked, faults, ...done } = await reconcile(fixture, later);
    expect(faults).toBe(0);
    expect(looked).toBeGreaterThan(0);
    expect(Object.values(done).every((count) => count === 0)).toBe(true);
    expect(await tableOf(fixture)).toEqual(before);
  });
});
