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
  // An API that refuses every upload and has an empty list.
  server = createServer((request, response) => {
    calls++;
    request.resume();
    if (request.method === 'GET') response.end(JSON.stringify({ uploads: [] }));
    else response.writeHead(403).end('{"message":"Forbidden"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

/** Runs the command line with a standard output that is closed. Returns its exit code. */
async function runClosed(...argv: string[]): Promise<unknown> {
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [MAIN, ...argv, '--api', api], {
    env: { ...process.env, REELGATE_TOKEN: 'a-token-of-some-length', REELGATE_STATE: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.destroy();
  const [exit] = await once(child, 'exit');
  return exit;
}

describe('With a closed standard output', () => {
  it('an upload continues, and its exit code says how it ended', async () => {
    const film = join(folder, 'film.mp4');
    writeFileSync(film, Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'));
    expect(await runClosed('upload', '--json', film)).toBe(4);
    expect(calls).toBeGreaterThan(0);
  });

  it('a list ends without an error', async () => {
    expect(await runClosed('list')).toBe(0);
  });
});
