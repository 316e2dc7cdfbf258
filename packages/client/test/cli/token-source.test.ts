import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenOrigin } from '../../src/cli/connection.ts';
import { TokenError, tokenSource } from '../../src/cli/token-source.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reelgate-token-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('A token command', () => {
  it('runs once for requests at the same time, and again when its token is refused', async () => {
    const count = join(folder, 'count');
    const command = `echo x >> '${count}'; echo a hint >&2; echo signing in; echo token-$(wc -l < '${count}' | tr -d ' ')`;
    const { getToken } = tokenSource({ command });
    expect(await Promise.all([getToken(), getToken({ refresh: false })])).toEqual([
      'token-1',
      'token-1',
    ]);
    expect(await getToken({ refresh: true })).toBe('token-2');
    expect(await getToken()).toBe('token-2');
    expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
  });

  it('that fails is reported with its last line, and runs again for the next request', async () => {
    const count = join(folder, 'failing');
    const command = `echo x >> '${count}'; echo no session >&2; exit 3`;
    const { getToken } = tokenSource({ command });
    const failure = new TokenError('The token command failed with exit code 3: no session');
    await expect(getToken()).rejects.toEqual(failure);
    await expect(getToken()).rejects.toEqual(failure);
    expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
  });

  it('must print a token', async () => {
    await expect(tokenSource({ command: 'true' }).getToken()).rejects.toThrow(
      'The token command printed no token on standard output.',
    );
    await expect(tokenSource({ command: 'echo not a token' }).getToken()).rejects.toThrow(
      TokenError,
    );
  });
});

describe('The token', () => {
  const environment = { REELGATE_TOKEN: 'a', REELGATE_TOKEN_COMMAND: 'b' };
  it.each([
    ['an argument first', ['x', undefined, environment], { token: 'x' }],
    ['a command as argument', [undefined, 'y', environment], { command: 'y' }],
    ['the variable', [undefined, undefined, environment], { token: 'a' }],
    ['its command', [undefined, undefined, { REELGATE_TOKEN_COMMAND: 'b' }], { command: 'b' }],
  ] as const)('comes from %s', (_, [token, command, variables], expected) => {
    expect(tokenOrigin(token, command, variables)).toEqual(expected);
  });
});
