import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../tools/cloud/folders.ts';
import { synthesize } from '../../tools/cloud/synthesize.ts';
import { ADMISSION_SCENARIOS, TWO_SLOTS } from '../../tools/permissions/admission.ts';
import { type Fixture, openFixture } from '../../tools/permissions/fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'reelgate-admission-'));
let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture(await synthesize(ROOT, { configuration: TWO_SLOTS }), folder);
});

afterAll(async () => {
  await fixture?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('An upload without a free slot waits and becomes ready', () => {
  it.each(ADMISSION_SCENARIOS.map(({ name, run }) => [name, run] as const))('%s', (_, run) =>
    run(fixture),
  );
});
