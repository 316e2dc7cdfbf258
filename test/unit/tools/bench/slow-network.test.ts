import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { openSlowNetwork } from '../../../../tools/bench/inspect/slow-network.ts';

describe('openSlowNetwork', () => {
  it('passes requests and responses unchanged, and requests after the delay', async () => {
    const delayMs = 40;
    let arrived = 0;
    const server = createServer((request, response) => {
      arrived = performance.now();
      response.end(`${request.url} of ${request.headers.host} ${'x'.repeat(1_000_000)}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const network = await openSlowNetwork(`http://127.0.0.1:${port}`, delayMs);
    const began = performance.now();
    const [response] = await once(get(`${network.endpoint}/film.mp4`), 'response');
    const body = await text(response);
    expect(body.slice(0, 40)).toContain(`/film.mp4 of ${new URL(network.endpoint).host} xxx`);
    expect(body.length).toBeGreaterThan(1_000_000);
    // A timer may fire a fraction of a millisecond early.
    expect(arrived - began).toBeGreaterThanOrEqual(delayMs - 1);
    await network.close();
    server.close();
    server.closeAllConnections();
  });

  it('ends open connections when it is closed', async () => {
    const server = createServer(() => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const network = await openSlowNetwork(`http://127.0.0.1:${port}`, 0);
    const request = get(network.endpoint);
    const failed = once(request, 'error');
    await once(server, 'request');
    await network.close();
    expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
    server.close();
    server.closeAllConnections();
  });
});
