import { uploadsApi } from '../src/api.ts';
import type { ApiOptions } from '../src/api-options.ts';
import { alwaysOnline } from '../src/retry.ts';
import { UploadError } from '../src/upload-error.ts';
import {
  type FakeApi,
  type FakeResponse,
  fakeApi,
  grantBody,
  problemBody,
  uploadBody,
} from './api-server.ts';
import { fakeClock } from './fake-clock.ts';

let api: FakeApi;
/** In this order; afterwards every response is an upload. */
let responses: FakeResponse[];

beforeEach(async () => {
  responses = [];
  api = await fakeApi(() => responses.shift() ?? { body: { upload: uploadBody() } });
});
afterEach(() => api.close());

const options = (more: Partial<ApiOptions> = {}): ApiOptions => ({
  api: `${api.url}/stage/`,
  getToken: () => 'token',
  random: () => 0,
  ...more,
});

async function errorOf(call: Promise<unknown>): Promise<UploadError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof UploadError) return error;
  throw new Error(`Expected an UploadError, got ${String(error)}.`);
}

describe('API calls', () => {
  const parts = [{ partNumber: 1, etag: '"1"' }];
  it.each<[string, (calls: ReturnType<typeof uploadsApi>) => Promise<unknown>, object, object]>([
    [
      'create',
      (calls) => calls.create({ fileName: 'a.mp4', contentType: 'video/mp4', size: 1 }, 'key-1'),
      { upload: uploadBody(), grant: grantBody() },
      {
        method: 'POST',
        url: '/stage/v1/uploads',
        body: '{"fileName":"a.mp4","contentType":"video/mp4","size":1}',
        idempotencyKey: 'key-1',
      },
    ],
    [
      'list',
      (calls) => calls.list({ status: 'ready', limit: 5, cursor: undefined }),
      { uploads: [uploadBody()] },
      { method: 'GET', url: '/stage/v1/uploads?status=ready&limit=5', body: '' },
    ],
    [
      'list without a query',
      (calls) => calls.list(),
      { uploads: [] },
      { method: 'GET', url: '/stage/v1/uploads?' },
    ],
    [
      'get',
      (calls) => calls.get('a/b'),
      { upload: uploadBody() },
      { method: 'GET', url: '/stage/v1/uploads/a%2Fb', idempotencyKey: undefined },
    ],
    [
      'sign',
      (calls) => calls.sign('1', [2, 3]),
      { grant: grantBody() },
      { method: 'POST', url: '/stage/v1/uploads/1/grant', body: '{"partNumbers":[2,3]}' },
    ],
    [
      'parts',
      (calls) => calls.parts('1'),
      { parts: [{ partNumber: 1, size: 1, etag: '"1"' }] },
      { method: 'GET', url: '/stage/v1/uploads/1/parts' },
    ],
    [
      'complete',
      (calls) => calls.complete('1', { parts, checksum: 'AAAAAAAAAAA=' }),
      { upload: uploadBody() },
      {
        method: 'POST',
        url: '/stage/v1/uploads/1/complete',
        body: JSON.stringify({ parts, checksum: 'AAAAAAAAAAA=' }),
      },
    ],
    [
      'cancel',
      (calls) => calls.cancel('1'),
      { upload: uploadBody() },
      { method: 'DELETE', url: '/stage/v1/uploads/1' },
    ],
    [
      'retry',
      (calls) => calls.retry('1'),
      { upload: uploadBody() },
      { method: 'POST', url: '/stage/v1/uploads/1/retry', body: '' },
    ],
  ])('%s sends its request and returns the response', async (_, call, body, request) => {
    responses = [{ body }];
    expect(await call(uploadsApi(options()))).toEqual(body);
    expect(api.requests).toEqual([
      expect.objectContaining({ authorization: 'Bearer token', ...request }),
    ]);
  });

  it('reject every response that is not of this API, and name the address', async () => {
    const calls = uploadsApi(options());
    const upload = uploadBody();
    const grant = grantBody();
    const cases: [Promise<unknown>, unknown][] = [];
    const add = (body: unknown, call: () => Promise<unknown>) => {
      responses.push({ body });
      cases.push([errorOf(call()), body]);
    };
    const request = { fileName: 'a', contentType: 'video/mp4', size: 1 };
    for (const body of ['<html>It works!</html>', 'null', '[]', '{}', { upload: null }]) {
      add(body, () => calls.get('1'));
    }
    add({ upload }, () => calls.create(request, 'k'));
    add({ grant }, () => calls.create(request, 'k'));
    add({ upload: { ...upload, id: 7 }, grant }, () => calls.create(request, 'k'));
    add({ upload: { ...upload, parts: { size: 1 } } }, () =>
      calls.complete('1', { parts: [], checksum: '' }),
    );
    add({ grant: { ...grant, signatures: [1] } }, () => calls.sign('1', [1]));
    add({ grant: { ...grant, partNumbers: 1 } }, () => calls.sign('1', [1]));
    add({ grant: { ...grant, urlTemplate: undefined } }, () => calls.sign('1', [1]));
    add({ parts: [{ partNumber: 1, size: 1 }] }, () => calls.parts('1'));
    add({ uploads: [upload, {}] }, () => calls.list());
    add({ uploads: {} }, () => calls.list());
    for (const [error] of cases) {
      expect(await error).toMatchObject({
        code: 'invalid_response',
        status: 200,
        retryable: false,
        message: expect.stringContaining(`There is no reelgate API at ${api.url}/stage.`),
      });
    }
  });

  it('are repeated when throttled, after server errors, lost responses and races', async () => {
    responses = [
      { cut: true },
      { status: 503, body: '<html>' },
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 409, body: problemBody('conflict', 409, { retryable: true }) },
    ];
    expect((await uploadsApi(options()).get('1')).upload.id).toBe('upload-1');
    expect(api.requests).toHaveLength(5);
  });

  it.each([
    ['a refusal', 422, 'file_too_large', false],
    ['a conflict that needs another step first', 409, 'parts_missing', true],
    ['an upload that does not exist', 404, 'upload_not_found', false],
  ])('are not repeated after %s', async (_, status, code, retryable) => {
    const body = problemBody(code, status, { retryable });
    responses = [{ status, body }];
    expect(await errorOf(uploadsApi(options()).get('1'))).toMatchObject({
      code,
      status,
      retryable,
      problem: body,
    });
    expect(api.requests).toHaveLength(1);
  });

  it('give up after `attempts`, 6 by default', async () => {
    responses = Array.from({ length: 20 }, () => ({ status: 500 }));
    const error = await errorOf(uploadsApi(options({ attempts: 3 })).get('1'));
    expect(error).toMatchObject({ code: 'internal_error', status: 500, retryable: true });
    expect(api.requests).toHaveLength(3);
    await errorOf(uploadsApi(options()).get('1'));
    expect(api.requests).toHaveLength(9);
  });

  it('get a new token once after a 401', async () => {
    const getToken = ({ refresh }: { refresh: boolean }) => (refresh ? 'new' : 'old');
    responses = [{ status: 401, body: { message: 'Unauthorized' } }];
    await uploadsApi(options({ getToken })).get('1');
    expect(api.requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer old',
      'Bearer new',
    ]);
    responses = Array.from({ length: 4 }, () => ({ status: 401, body: { message: 'no' } }));
    const error = await errorOf(uploadsApi(options({ getToken })).get('1'));
    expect([error.code, api.requests.length]).toEqual(['unauthenticated', 4]);
  });

  it.each([
    ['an error', new Error('No session.'), 'unauthenticated', 'No session.'],
    ['an UploadError', new UploadError('forbidden', { message: 'Mine.' }), 'forbidden', 'Mine.'],
    ['the TypeError of fetch', new TypeError('fetch failed'), 'network', 'fetch failed'],
  ])('send nothing if getToken throws %s', async (_, thrown, code, message) => {
    const getToken = () => Promise.reject(thrown);
    const error = await errorOf(uploadsApi(options({ getToken, attempts: 1 })).get('1'));
    expect(error).toMatchObject({ code, message });
    expect(api.requests).toEqual([]);
  });

  it('wait for a network that is down for `patienceMs`, without counting attempts', async () => {
    responses = Array.from({ length: 9 }, () => ({ cut: true }));
    await uploadsApi(options({ attempts: 1, patienceMs: 60_000 })).get('1');
    expect(api.requests).toHaveLength(10);
  });

  it('end in `network` with the address if nobody listens there', async () => {
    await api.close();
    const error = await errorOf(uploadsApi(options({ attempts: 2 })).get('1'));
    expect(error).toMatchObject({
      code: 'network',
      retryable: true,
      message: `No response from ${api.url}/stage.`,
      cause: expect.objectContaining({ message: 'fetch failed' }),
    });
  });

  it('end in `aborted` when the signal is aborted while they wait', async () => {
    const controller = new AbortController();
    const clock = { ...fakeClock(), after: () => () => undefined };
    const online = Promise.withResolvers<void>();
    const connectivity = {
      ...alwaysOnline,
      // The wait before the next attempt has begun.
      onOnline: () => {
        online.resolve();
        return () => undefined;
      },
    };
    responses = [{ status: 503 }];
    const { signal } = controller;
    const call = errorOf(uploadsApi(options({ signal, clock, connectivity })).get('1'));
    await online.promise;
    controller.abort();
    expect((await call).code).toBe('aborted');
    expect((await errorOf(uploadsApi(options({ signal })).get('1'))).code).toBe('aborted');
    expect(api.requests).toHaveLength(1);
  });

  it('end in `aborted` when the signal is aborted while the request runs', async () => {
    const controller = new AbortController();
    const arrived = Promise.withResolvers<void>();
    const silent = await fakeApi(() => {
      arrived.resolve();
      return new Promise(() => {});
    });
    const call = uploadsApi(options({ api: silent.url, signal: controller.signal })).get('1');
    const error = errorOf(call);
    await arrived.promise;
    controller.abort();
    expect((await error).code).toBe('aborted');
    await silent.close();
  });

  it('count 40 seconds without a response as a lost connection', async () => {
    const clock = fakeClock();
    const arrived = Promise.withResolvers<void>();
    const silent = await fakeApi(() => {
      arrived.resolve();
      return new Promise(() => {});
    });
    const call = uploadsApi(options({ api: silent.url, clock, attempts: 1 })).get('1');
    const error = errorOf(call);
    await arrived.promise;
    expect(clock.waiting).toBe(1);
    await clock.pass(39_999);
    expect(clock.waiting).toBe(1);
    await clock.pass(1);
    expect((await error).code).toBe('network');
    expect(clock.waiting).toBe(0);
    await silent.close();
  });
});
