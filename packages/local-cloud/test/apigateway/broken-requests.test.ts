import { type Ending, exchange, requestBytes, statusesOf } from '../raw-connection.ts';
import { gateway } from './gateway.ts';

const internalErrors: unknown[] = [];
let api: Awaited<ReturnType<typeof gateway>>;
beforeAll(async () => {
  api = await gateway({
    routes: ['ANY /{path+}'],
    onError: (error) => void internalErrors.push(error),
  });
});
afterAll(() => api.engine.close());

async function expectHealthy(): Promise<void> {
  expect((await api.get('/still-there')).status).toBe(200);
  expect(internalErrors).toEqual([]);
}

const REQUESTS = {
  'with a body': requestBytes({ method: 'POST', path: '/a', body: 'some data '.repeat(10) }),
  'with a body in chunks': requestBytes({
    method: 'POST',
    path: '/a',
    headers: { 'transfer-encoding': 'chunked' },
    body: '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
  }),
};

describe.each(Object.entries(REQUESTS))('a request %s', (_, bytes) => {
  it.each<Ending>(['half-closes', 'destroys'])(
    'whose client %s the connection anywhere reaches no function',
    async (ending) => {
      const before = api.calls.length;
      for (let cut = 1; cut < bytes.length; cut += 5) {
        const received = await exchange(api.url, bytes.subarray(0, cut), ending);
        for (const status of statusesOf(received)) expect(status).toBe(400);
      }
      // This call comes last; the calls before it were refused.
      await expectHealthy();
      expect(api.calls).toHaveLength(before + 1);
    },
  );
});

it.each(['//[', '/%', '/a?b=%zz', '/a?%', '*', 'http://[/a'])(
  'a request for %s gets a response',
  async (path) => {
    const bytes = requestBytes({ method: 'GET', path, headers: { connection: 'close' } });
    expect(statusesOf(await exchange(api.url, bytes, 'waits'))).toHaveLength(1);
    await expectHealthy();
  },
);

it('a body over the limit is refused, and the connection stays usable', async () => {
  const path = '/a';
  const bytes = Buffer.concat([
    requestBytes({ method: 'POST', path, body: Buffer.alloc(10_485_761) }),
    requestBytes({
      method: 'POST',
      path,
      headers: { 'transfer-encoding': 'chunked' },
      body: `a00001\r\n${'x'.repeat(0xa00001)}\r\n0\r\n\r\n`,
    }),
    requestBytes({ method: 'GET', path, headers: { connection: 'close' } }),
  ]);
  expect(statusesOf(await exchange(api.url, bytes, 'waits'))).toEqual([413, 413, 200]);
});
