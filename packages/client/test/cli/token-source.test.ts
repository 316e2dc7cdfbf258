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
  it('runs once for all who ask at the same time, and again where its token is refused', async () => {
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

  it('that fails is told with its own last word, and is run again by the next who asks', async () => {
    const count = join(folder, 'failing');
    const command = `echo x >> '${count}'; echo no session >&2; exit 3`;
    const { getToken } = tokenSource({ command });
    const failure = new TokenError('The token command ended with exit code 3: no session');
    await expect(getToken()).rejects.toEqual(failure);
    await expect(getToken()).rejects.toEqual(failure);
    expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
  });

  it('that prints no token is a failure', async () => {
    await expect(tokenSource({ command: 'true' }).getToken()).rejects.toThrow(
      'The token command printed no token on standard output.',
    );
    await expect(tokenSource({ command: 'echo not a token' }).getToken()).rejects.toThrow(
      TokenError,
    );
  });
});

describe('Where the token comes from', () => {
  const environment = { REELGATE_TOKEN: 'a', REELGATE_TOKEN_COMMAND: 'b' };
  it.each([
    ['an argument before all', ['x', undefined, environment], { token: 'x' }],
    ['a command as argument', [undefined, 'y', environment], { command: 'y' }],
    ['the variable', [undefined, undefined, environment], { token: 'a' }],
    ['its command', [undefined, undefined, { REELGATE_TOKEN_COMMAND: 'b' }], { command: 'b' }],
  ] as const)('is %s', (_, [token, command, variables], expected) => {
    expect(tokenOrigin(token, command, variables)).toEqual(expected);
  });
});
