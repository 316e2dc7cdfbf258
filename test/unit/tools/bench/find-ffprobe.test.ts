import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfprobe } from '../../../../tools/bench/inspect/ffprobe.ts';

const folder = mkdtempSync(join(tmpdir(), 'reelgate-ffprobe-'));
const WITH_FFPROBE = { PATH: `${folder}:/usr/bin:/bin` };
const WITHOUT = { PATH: '/nowhere' };
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that prints its version like ffprobe. */
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

describe('findFfprobe', () => {
  it('prefers the one in FFPROBE to the installed one', async () => {
    const named = program('named');
    expect(await findFfprobe({ FFPROBE: named }, installed(program('installed')))).toEqual({
      path: named,
      version: 'named',
    });
  });

  it('throws if the one in FFPROBE does not run, although another one is installed', async () => {
    const named = join(folder, 'absent');
    await expect(findFfprobe({ FFPROBE: named }, installed(program('installed')))).rejects.toThrow(
      /FFPROBE: .*absent/,
    );
  });

  it('prefers the installed one to one on the PATH', async () => {
    program('ffprobe');
    const path = program('installed');
    expect(await findFfprobe(WITH_FFPROBE, installed(path))).toEqual({
      path,
      version: 'installed',
    });
  });

  it('takes the one on the PATH if npm has none for the platform', async () => {
    program('ffprobe');
    expect(await findFfprobe(WITH_FFPROBE, notInstalled)).toEqual({
      path: 'ffprobe',
      version: 'ffprobe',
    });
  });

  it('returns why each place has none if there is none', async () => {
    expect(await findFfprobe(WITHOUT, notInstalled)).toEqual({
      missing: ['Unsupported platform/architecture: plan9-mips', expect.stringContaining('ENOENT')],
    });
  });

  it('reports an installed one that is not executable, and how to repair it', async () => {
    const found = await findFfprobe(WITHOUT, installed(program('plain', 0o644)));
    expect(found).toMatchObject({
      missing: [expect.stringContaining('npm rebuild'), expect.anything()],
    });
  });
});
