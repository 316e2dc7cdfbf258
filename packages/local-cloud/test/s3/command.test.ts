import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { parseArguments } from '../../src/s3/arguments.ts';

const MAIN = join(import.meta.dirname, '../../src/s3/main.ts');

describe('The command line', () => {
  it.each([
    [['--data', 'd', '--credentials', 'a:b'], '--port must be a number'],
    [['--port', '70000', '--data', 'd', '--credentials', 'a:b'], '65535, got "70000"'],
    [['--port', '0', '--credentials', 'a:b'], '--data must name a folder'],
    [['--port', '0', '--data', 'd'], '--credentials must be ID:SECRET'],
    [['--port', '0', '--data', 'd', '--credentials', 'a'], '--credentials must be ID:SECRET'],
    [['--port', '0', '--data', 'd', '--credentials', 'a:b,a:c'], 'twice'],
    [['--prot', '0'], "Unknown option '--prot'"],
  ])('%j says what is wrong', (args, sentence) => {
    const parsed = parseArguments(args);
    expect('mistake' in parsed ? parsed.mistake : '').toContain(sentence);
  });

  it('gives each credential its own account, and accepts colons in secrets', () => {
    const parsed = parseArguments(['--port', '0', '--data', 'd', '--credentials', 'a:b:c,d:e']);
    if ('mistake' in parsed) throw new Error(parsed.mistake);
    expect(parsed.credentials.find('a')?.credentials.secretAccessKey).toBe('b:c');
    expect(parsed.credentials.find('a')?.caller).not.toEqual(parsed.credentials.find('d')?.caller);
    expect(parsed.credentials.find('x')).toBeUndefined();
  });

  it('exits with a sentence and status 2 on a mistake', async () => {
    const failed = promisify(execFile)(process.execPath, [MAIN, '--port', 'x']);
    await expect(failed).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--port must be'),
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints one line when it is ready, and exits on %s',
    async (signal) => {
      const data = await mkdtemp(join(tmpdir(), 's3-command-'));
      const child = spawn(process.execPath, [
        MAIN,
        '--port',
        '0',
        '--data',
        data,
        '--credentials',
        'a:b',
      ]);
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      expect(line).toMatch(/^S3 is ready at http:\/\/127\.0\.0\.1:\d+, data in /);
      child.kill(signal);
      expect((await once(child, 'exit'))[0]).toBe(0);
      await rm(data, { recursive: true });
    },
  );
});
