import { Writable } from 'node:stream';
import { ACCOUNTS } from '../../../../tools/cloud/accounts.ts';
import type { Hosted } from '../../../../tools/cloud/hosted.ts';
import { stepsOn } from '../../../../tools/cloud/steps.ts';
import { newLines } from '../../../../tools/start/status-lines.ts';
import { welcome } from '../../../../tools/start/welcome.ts';

const hosted: Hosted = {
  pid: 1,
  api: 'http://127.0.0.1:4600/',
  issuer: 'http://127.0.0.1:4603/pool',
  clientId: 'the-client',
  scopes: 'openid reelgate/uploads.read reelgate/uploads.write',
  redirectUri: 'http://localhost:5173/',
  endpoints: { s3: 'http://127.0.0.1:4601', services: 'http://127.0.0.1:4602' },
  table: 'table',
  stateMachine: 'arn',
  sourceBucket: 'source',
  signerRoles: ['signer'],
  outputBucket: 'output',
  deadLetterQueue: 'undelivered',
  failedInvocationsQueue: 'failed',
  operator: { accessKeyId: 'AKIA', secretAccessKey: 'operator-secret' },
};

describe('The text of npm start', () => {
  const text = welcome(hosted);

  it.each([
    'http://127.0.0.1:4600\n',
    'http://127.0.0.1:4601\n',
    'http://127.0.0.1:4602\n',
    'http://127.0.0.1:4603/pool/.well-known/openid-configuration\n',
    'the-client\n',
    'reelgate/uploads.write\n',
    'http://localhost:5173/\n',
    'npm run --silent token -- uploader-a\n',
    'npm run sample-video -- video.mp4\n',
    'export REELGATE_API=http://127.0.0.1:4600 ',
    'curl -s http://127.0.0.1:4600/v1/uploads ',
  ])('has %j', (part) => {
    expect(text).toContain(part);
  });

  it('has every account, and not the credentials of the operator', () => {
    for (const { username, password } of ACCOUNTS) {
      expect(text).toMatch(new RegExp(`${username} +password ${password}`));
    }
    expect(text).not.toContain('operator-secret');
  });

  it('fits into 80 columns, except URLs and commands to copy', () => {
    const prose = text
      .split('\n')
      .filter((line) => !/^ {2,}(npm|curl|-d|export|URL|ETAG|discovery)/.test(line));
    expect(prose.filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('A change of status', () => {
  const entry = (to: string, second: number) => ({
    to,
    at: `2026-01-02T03:04:0${second}.678Z`,
  });
  const item = {
    uploadId: 'id-1',
    fileName: 'film.mp4',
    status: 'rejected',
    timeline: [entry('waiting', 1), entry('uploaded', 2), entry('rejected', 3)],
    reason: { code: 'not_a_video', detail: 'text/plain' },
  } as unknown as Parameters<typeof newLines>[0];

  it('is one line with time, status, upload and file', () => {
    expect(newLines(item, 0)[0]).toBe('03:04:01.678  waiting     id-1  film.mp4');
  });

  it('is printed once', () => {
    expect(newLines(item, 2)).toHaveLength(1);
    expect(newLines(item, 3)).toEqual([]);
  });

  it('has the reason at the status that it belongs to', () => {
    const [waiting, , rejected] = newLines(item, 0);
    expect(waiting).not.toContain('text/plain');
    expect(rejected).toMatch(/film\.mp4: .+\. \(text\/plain\)$/);
  });
});

describe('A step', () => {
  /** A stream that keeps what is written. */
  function screen(isTTY: boolean) {
    let text = '';
    const stream = new Writable({
      write(chunk, _, done) {
        text += chunk;
        done();
      },
    });
    return {
      out: Object.assign(stream, { isTTY }) as unknown as NodeJS.WriteStream,
      text: () => text,
    };
  }

  it('is one plain line where the output is not a terminal', async () => {
    const { out, text } = screen(false);
    expect(await stepsOn(out).step('Working', async () => 7)).toBe(7);
    expect(text()).toBe('Working …\n');
  });

  it('ends with its duration in the same line on a terminal', async () => {
    const { out, text } = screen(true);
    const times = [1_000, 2_500];
    await stepsOn(out, () => times.shift() ?? 0).step('Working', async () => undefined);
    expect(text()).toBe('Working …\r\u001b[KWorking … done in 1.5 s\n');
  });

  it('ends its line before an error is printed', async () => {
    const { out, text } = screen(true);
    const failing = stepsOn(out).step('Working', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(text()).toBe('Working …\r\u001b[KWorking …\n');
  });

  it('keeps its line below other lines that are printed meanwhile', async () => {
    const { out, text } = screen(true);
    const { say, step } = stepsOn(out, () => 0);
    await step('Working', async () => say('News.'));
    expect(text()).toBe(
      ['Working …', 'News.\nWorking …', 'Working … done in 0.0 s\n'].join('\r\u001b[K'),
    );
  });
});
