import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiOptions, uploadsApi } from '../src/api.ts';
import { errorOf } from '../src/api-response.ts';
import { backoffMs } from '../src/retry.ts';
import { UploadError } from '../src/upload-error.ts';
import { watch } from '../src/watch.ts';

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** The connection is cut without an answer. */
  readonly cut?: boolean;
}

const problem = (code: string, status: number, retryable = false) => ({
  type: `urn:reelgate:problem:${code}`,
  title: code,
  status,
  code,
  next: 'Do something else.',
  retryable,
});

let server: Server;
let answers: Answer[];
let asked: { method: string; url: string; token: string; key: string | undefined }[];

beforeEach(async () => {
  answers = [];
  asked = [];
  server = createServer((request, response) => {
    asked.push({
      method: request.method ?? '',
      url: request.url ?? '',
      token: request.headers.authorization ?? '',
      key: request.headers['idempotency-key'] as string | undefined,
    });
    const { status = 200, headers = {}, body = {}, cut } = answers.shift() ?? {};
    if (cut) {
      response.destroy();
      return;
    }
    request.resume().on('end', () => {
      response.writeHead(status, headers);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const options = (more: Partial<ApiOptions> = {}): ApiOptions => ({
  api: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stage/`,
  getToken: () => 'token',
  random: () => 0,
  ...more,
});

async function refusal(call: Promise<unknown>): Promise<UploadError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof UploadError) return error;
  throw new Error(`An UploadError was expected, got ${String(error)}.`);
}

describe('A call of the API', () => {
  it('goes to the base URL’s own path, with the token and the key', async () => {
    answers = [{ status: 201, body: { upload: { id: '1' } } }];
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 1 };
    const { upload } = await uploadsApi(options()).create(request, 'key-1');
    expect(upload.id).toBe('1');
    expect(asked).toEqual([
      { method: 'POST', url: '/stage/v1/uploads', token: 'Bearer token', key: 'key-1' },
    ]);
  });

  it('names what a list is narrowed to', async () => {
    await uploadsApi(options()).list({ status: 'ready', limit: 5 });
    await uploadsApi(options()).list();
    expect(asked.map(({ url }) => url)).toEqual([
      '/stage/v1/uploads?status=ready&limit=5',
      '/stage/v1/uploads?',
    ]);
  });

  it('is repeated when it is throttled, fails on the other side, or nobody answers', async () => {
    answers = [
      { cut: true },
      { status: 503, body: '<html>' },
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 409, body: problem('conflict', 409, true) },
      { body: { upload: { id: '1' } } },
    ];
    expect((await uploadsApi(options()).get('1')).upload.id).toBe('1');
    expect(asked).toHaveLength(5);
  });

  it('is not repeated where the answer would be the same', async () => {
    for (const answer of [
      { status: 422, body: problem('file_too_large', 422) },
      { status: 409, body: problem('parts_missing', 409, true) },
      { status: 404, body: problem('upload_not_found', 404) },
    ]) {
      answers = [answer];
      asked = [];
      expect(await refusal(uploadsApi(options()).get('1'))).toMatchObject({
        code: answer.body.code,
        status: answer.status,
        problem: answer.body,
      });
      expect(asked).toHaveLength(1);
    }
  });

  it('gives up after so many tries', async () => {
    answers = Array.from({ length: 10 }, () => ({ status: 500 }));
    const error = await refusal(uploadsApi(options({ attempts: 3 })).get('1'));
    expect(error).toMatchObject({ code: 'internal_error', status: 500, retryable: true });
    expect(asked).toHaveLength(3);
  });

  it('asks for a new token once when the old one is refused', async () => {
    const getToken = ({ refresh }: { refresh: boolean }) => (refresh ? 'new' : 'old');
    answers = [{ status: 401, body: { message: 'Unauthorized' } }, { body: { upload: {} } }];
    await uploadsApi(options({ getToken })).get('1');
    expect(asked.map(({ token }) => token)).toEqual(['Bearer old', 'Bearer new']);

    answers = Array.from({ length: 4 }, () => ({ status: 401 }));
    asked = [];
    const error = await refusal(uploadsApi(options({ getToken })).get('1'));
    expect([error.code, asked.length]).toEqual(['unauthenticated', 2]);
  });

  it('is waited for while the network is down, as long as patience lasts', async () => {
    answers = [...Array.from({ length: 9 }, () => ({ cut: true })), { body: { upload: {} } }];
    await uploadsApi(options({ attempts: 1, patienceMs: 60_000 })).get('1');
    expect(asked).toHaveLength(10);
    const nobody = options({ attempts: 2 });
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    const error = await refusal(uploadsApi(nobody).get('1'));
    expect(error).toMatchObject({ code: 'network', retryable: true });
  });

  it('ends with `aborted` as soon as its signal says so', async () => {
    const stopping = new AbortController();
    answers = Array.from({ length: 9 }, () => ({ status: 429, headers: { 'retry-after': '60' } }));
    const call = refusal(uploadsApi(options({ signal: stopping.signal })).get('1'));
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stopping.abort();
    expect((await call).code).toBe('aborted');
  });

  it('does not take another service’s answer for its own', async () => {
    answers = [{ body: '<html>It works!</html>' }];
    expect((await refusal(uploadsApi(options()).get('1'))).code).toBe('invalid_answer');
  });

  it('is made by nobody who cannot get a token', async () => {
    const getToken = () => Promise.reject(new Error('No session.'));
    const error = await refusal(uploadsApi(options({ getToken })).get('1'));
    expect(error).toMatchObject({ code: 'unauthenticated', message: 'No session.' });
    expect(asked).toEqual([]);
  });
});

describe('An answer that is no problem+json', () => {
  it.each([
    [401, 'unauthenticated', false],
    [403, 'forbidden', false],
    [404, 'route_not_found', false],
    [413, 'request_too_large', false],
    [429, 'too_many_requests', true],
    [500, 'internal_error', true],
    [503, 'unavailable', true],
    [504, 'unavailable', true],
  ])('of status %i is `%s`', (status, code, retryable) => {
    const error = errorOf(status, '{"message":"as API Gateway says it"}', null, 0);
    expect(error).toMatchObject({ code, status, retryable, problem: undefined });
    expect(error.message).toContain('as API Gateway says it');
  });

  it.each(['null', '[]', '"text"', '', '{"code":1}', '{"type":"t","code":"c"}'])(
    'is none of ours: %s',
    (text) => {
      expect(errorOf(400, text, null, 0)).toMatchObject({ code: 'malformed_request' });
    },
  );

  it('may say how long to wait, in seconds or until when, and never for long', () => {
    const wait = (value: string) => errorOf(429, '', value, Date.parse('2026-01-01')).retryAfterMs;
    expect(wait('7')).toBe(7_000);
    expect(wait('Thu, 01 Jan 2026 00:00:05 GMT')).toBe(5_000);
    expect(wait('Wed, 31 Dec 2025 00:00:00 GMT')).toBe(0);
    expect(wait('86400')).toBe(60_000);
    expect(wait('soon')).toBeUndefined();
  });
});

describe('The wait before another try', () => {
  it('is anything up to a bound that doubles, and never more than half a minute', () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, 1))).toEqual([100, 200, 400, 800]);
    expect(backoffMs(3, 0.5)).toBe(200);
    expect(backoffMs(1_000, 1)).toBe(30_000);
    expect(backoffMs(5, 0)).toBe(0);
  });
});

describe('Watching an upload', () => {
  const seen = (status: string, percent = 0) => ({
    body: { upload: { id: '1', status, updatedAt: '', progress: { percent } } },
  });

  it('tells every change once, survives faults, and ends with the upload’s end', async () => {
    answers = [
      seen('validating'),
      seen('validating'),
      { cut: true },
      seen('transcoding', 50),
      { status: 500 },
      seen('transcoding', 60),
      seen('ready', 100),
    ];
    const changes: string[] = [];
    const ended = await watch('1', {
      ...options(),
      everyMs: 1,
      onChange: ({ status, progress }) => changes.push(`${status} ${progress.percent}`),
    });
    expect(ended.status).toBe('ready');
    expect(changes).toEqual(['validating 0', 'transcoding 50', 'transcoding 60', 'ready 100']);
  });

  it('can be stopped', async () => {
    const stopping = new AbortController();
    answers = [seen('transcoding')];
    const watching = refusal(
      watch('1', { ...options({ signal: stopping.signal }), onChange: () => stopping.abort() }),
    );
    expect((await watching).code).toBe('aborted');
  });
});
