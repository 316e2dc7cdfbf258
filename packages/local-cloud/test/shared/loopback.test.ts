import { globSync, readFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import { openControl } from '../../src/faults/control.ts';
import { createFaults } from '../../src/faults/faults.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { listenOnLoopback } from '../../src/shared/loopback.ts';
import { isOwnHost } from '../../src/shared/own-host.ts';

describe('The Host header', () => {
  it.each([
    '127.0.0.1:4501',
    '127.0.0.1',
    'localhost:4501',
    'LOCALHOST:80',
    '[::1]:4501',
    '[::1]',
    '000000000000.localhost:4501',
    undefined,
  ])('%s is accepted', (host) => expect(isOwnHost(host)).toBe(true));

  it.each([
    'evil.example:4503',
    'evil.example',
    'localhost.evil.example:4501',
    '127.0.0.1.evil.example',
    'evil.localhost',
    '000000000000.localhost.evil.example',
    '000000000000.127.0.0.1',
    '127.0.0.2:4501',
    '192.168.0.2:4501',
    '[::1].evil.example',
    '127.0.0.1:4501:80',
    '127.0.0.1@evil.example',
    '',
  ])('%j is refused', (host) => expect(isOwnHost(host)).toBe(false));
});

/** Sends one request; `fetch` would not let the Host header be set. */
function statusOf(port: number, headers: Record<string, string>): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve([response.statusCode ?? 0, text]));
    });
    sent.on('error', reject);
    sent.on('continue', () => sent.end('body'));
    if (!('expect' in headers)) sent.end('body');
    else sent.flushHeaders();
  });
}

describe('A listener of the local cloud', () => {
  let server: Server;
  let port: number;
  let handled: number;
  beforeEach(async () => {
    handled = 0;
    server = createServer((incoming, response) => {
      handled += 1;
      incoming.resume();
      response.end('own');
    });
    server.on('checkContinue', (incoming, response) => {
      handled += 1;
      response.writeContinue();
      incoming.resume();
      response.end('own');
    });
    port = await listenOnLoopback(server, 0);
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it.each([{}, { expect: '100-continue' }])(
    'refuses another host before its handler runs %j',
    async (more) => {
      const [status, text] = await statusOf(port, { ...more, host: `evil.example:${port}` });
      expect(status).toBe(421);
      expect(text).toContain(`The Host header is "evil.example:${port}"`);
      expect(handled).toBe(0);
      expect(await statusOf(port, { ...more, host: `localhost:${port}` })).toEqual([200, 'own']);
      expect(handled).toBe(1);
    },
  );
});

it('The control endpoint of faults refuses another host, with the right token too', async () => {
  const faults = createFaults({ clock: systemClock, rules: [], onError: () => undefined });
  const control = await openControl({ faults, clock: systemClock, port: 0, token: 't' });
  const port = Number(new URL(control.url).port);
  const [status] = await statusOf(port, { authorization: 'Bearer t', host: 'evil.example' });
  expect(status).toBe(421);
  await control.close();
});

it('No other code of the package binds a server', () => {
  const source = join(import.meta.dirname, '..', '..', 'src');
  const binding = globSync('**/*.ts', { cwd: source }).filter((name) =>
    /server\w*\.listen\(/i.test(readFileSync(join(source, name), 'utf8')),
  );
  expect(binding).toEqual([join('shared', 'loopback.ts')]);
});
