import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { guardServer } from '../../src/shared/guard-server.ts';
import { exchange, requestBytes, statusesOf } from '../raw-connection.ts';

/** So short that a test does not wait, and so long that a busy machine sends a request within it. */
const IDLE_MS = 500;

const running: Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(listener: RequestListener, idleMs = IDLE_MS) {
  const server = createServer(listener);
  running.push(server);
  guardServer(server, { idleMs });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const echo: RequestListener = (request, response) => void request.pipe(response);

describe('A guarded server', () => {
  it.each([
    ['nothing', ''],
    ['a part of its headers', 'GET / HTTP/1.1\r\nhost: 127'],
    ['a part of its body', 'POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\n\r\nab'],
    [
      'a part of a chunk',
      'POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n5\r\na',
    ],
    ['one request and no other', 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'],
  ])('disconnects a client that has sent %s', async (_, bytes) => {
    const { url } = await serve(echo);
    await exchange(url, Buffer.from(bytes), 'waits');
  });

  it('disconnects a client that does not read its response', async () => {
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((_, response) => {
      response.on('close', closed.resolve);
      response.end(Buffer.alloc(64 * 1024 ** 2));
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
    socket.on('error', () => undefined);
    socket.write(requestBytes({ method: 'GET', path: '/' }));
    await closed.promise;
    socket.destroy();
  });

  it.each([
    [
      'whole',
      requestBytes({ method: 'POST', path: '/', body: 'a', headers: { connection: 'close' } }),
    ],
    [
      'still arriving, and whose bytes it has not read',
      requestBytes({
        method: 'POST',
        path: '/',
        headers: { 'content-length': '2', connection: 'close' },
        body: 'a',
      }),
    ],
  ])('may work on a request that is %s for as long as it takes', async (_, bytes) => {
    let timeouts = 0;
    const { server, url } = await serve((_request, response) => {
      server.on('timeout', () => {
        timeouts += 1;
        if (timeouts === 3) response.end('done');
      });
    });
    expect(statusesOf(await exchange(url, bytes, 'waits'))).toEqual([200]);
  });

  it('outlives writes to a response whose client has gone', async () => {
    const written = Promise.withResolvers<void>();
    const { url } = await serve((_, response) => {
      response.on('close', () => {
        response.write('a');
        response.end();
        response.write('b', () => written.resolve());
      });
    });
    await exchange(url, requestBytes({ method: 'GET', path: '/' }), 'destroys');
    await written.promise;
    const { url: again } = await serve(echo);
    expect((await fetch(again)).status).toBe(200);
  });
});
