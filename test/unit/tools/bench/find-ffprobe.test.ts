import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfprobe } from '../../../../tools/bench/inspect/ffprobe.ts';

const folder = mkdtempSync(join(tmpdir(), 'reelgate-ffprobe-'));
const WITH_ONE = { PATH: `${folder}:/usr/bin:/bin` };
const WITHOUT = { PATH: '/nowhere' };
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that answers `-version` as ffprobe does. */
function program(name: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho "ffprobe version ${name} Copyright"\n`);
  chmodSync(path, mode);
  return path;
}

const installed = (path: string) => async () => path;
const notInstalled = async () => {
  throw new Error('Unsupported platform/architecture: plan9-mips');
};

describe('the ffprobe that is measured', () => {
  it('is the one that FFPROBE names, before the installed one', async () => {
    const named = program('named');
    expect(await findFfprobe({ FFPROBE: named }, installed(program('installed')))).toEqual({
      path: named,
      version: 'named',
    });
  });

  it('is never another one in the place of the named one', async () => {
    const named = join(folder, 'absent');
    await expect(findFfprobe({ FFPROBE: named }, installed(program('installed')))).rejects.toThrow(
      /FFPROBE: .*absent/,
    );
  });

  it('is the installed one, before one on the PATH', async () => {
    program('ffprobe');
    const path = program('installed');
    expect(await findFfprobe(WITH_ONE, installed(path))).toEqual({ path, version: 'installed' });
  });

  it('is the one on the PATH where npm has none for the platform', async () => {
    program('ffprobe');
    expect(await findFfprobe(WITH_ONE, notInstalled)).toEqual({
      path: 'ffprobe',
      version: 'ffprobe',
    });
  });

  it('is none where there is none, with a sentence on each place', async () => {
    expect(await findFfprobe(WITHOUT, notInstalled)).toEqual({
      missing: ['Unsupported platform/architecture: plan9-mips', expect.stringContaining('ENOENT')],
    });
  });

  it('is not one that lacks the right to run, which is said', async () => {
    const found = await findFfprobe(WITHOUT, installed(program('plain', 0o644)));
    expect(found).toMatchObject({
      missing: [expect.stringContaining('npm rebuild'), expect.anything()],
    });
  });
});
