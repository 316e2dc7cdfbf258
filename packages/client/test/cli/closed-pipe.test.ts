import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

let folder: string;
let server: Server;
let calls: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reelgate-pipe-'));
  calls = 0;
  // A service that refuses every upload, and has one page of a list.
  server = createServer((request, answer) => {
    calls++;
    request.resume();
    if (request.method === 'GET') answer.end(JSON.stringify({ uploads: [] }));
    else answer.writeHead(403).end('{"message":"Forbidden"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

/** Runs the command line with a standard output that nobody reads any more; answers its exit code. */
async function unread(...argv: string[]): Promise<unknown> {
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [MAIN, ...argv, '--api', api], {
    env: { ...process.env, REELGATE_TOKEN: 'a-token-of-some-length', REELGATE_STATE: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.destroy();
  const [exit] = await once(child, 'exit');
  return exit;
}

describe('Where nobody reads standard output any more', () => {
  it('an upload goes on, and its exit code says how it ended', async () => {
    const film = join(folder, 'film.mp4');
    writeFileSync(film, 'no film');
    expect(await unread('upload', '--json', film)).toBe(4);
    expect(calls).toBeGreaterThan(0);
  });

  it('a list ends without complaint', async () => {
    expect(await unread('list')).toBe(0);
  });
});
