import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';
import { film, plainClient } from '../kit/single-request-client.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'guides', 'other-clients.md'), 'utf8');

/** A code block of the page, by the info string of its fence. */
function snippet(fence: string): string {
  const [, code] = page.split(`\n\`\`\`${fence}\n`);
  if (code === undefined) throw new Error(`The page has no snippet ${fence}.`);
  return code.split('\n```')[0] ?? '';
}

let cloud: HostedCloud;
let folder: string;
let client: ReturnType<typeof plainClient>;

beforeAll(async () => {
  cloud = await hostCloud();
  client = plainClient(cloud);
  folder = mkdtempSync(join(tmpdir(), 'reelgate-page-'));
  writeFileSync(join(folder, 'a film.mp4'), film);
});

afterAll(async () => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  await cloud?.close();
});

describe('The guide for other clients', () => {
  it.each([
    ['bash put', 'bash', '-c'],
    ['bash form', 'bash', '-c'],
    ['python parts', 'python3', '-c'],
  ])('has a snippet "%s" that makes a ready video', async (fence, command, flag) => {
    const { stdout } = await run(command, [flag, snippet(fence)], {
      cwd: folder,
      env: {
        ...process.env,
        API: cloud.hosted.api.replace(/\/$/, ''),
        TOKEN: await cloud.tokenOf('uploader-a'),
        FILE: 'a film.mp4',
      },
    });
    const id = stdout.trim().split('\n').at(-1) ?? '';
    expect(await client.endOf(id)).toMatchObject({ status: 'ready', size: film.length });
  });

  it.each([5, 6])(
    'has a snippet for Uppy %d that works with the published packages',
    async (major) => {
      const contents = snippet(`js uppy-${major}`);
      const { errors, warnings, outputFiles } = await build({
        stdin: { contents, resolveDir: join(ROOT, 'test', 'peers', `uppy-${major}`) },
        bundle: true,
        write: false,
        platform: 'browser',
        format: 'esm',
        logLevel: 'silent',
      });
      expect([...errors, ...warnings]).toEqual([]);
      const option = major === 5 ? 'endpoint' : 'companionEndpoint';
      expect(contents).toContain(`${option}: `);
      // An option that the published package reads.
      expect(outputFiles[0]?.text).toContain(`"${option}" in `);
    },
  );
});
