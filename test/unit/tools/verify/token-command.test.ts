import { tokenCommand } from '../../../../tools/verify/token-command.ts';

const MINUTE = 60_000;

describe('The token command', () => {
  it('runs once in five minutes, and again when a token is refused', async () => {
    let now = 0;
    // $RANDOM is not in sh; the time in nanoseconds differs between two runs.
    const getToken = tokenCommand('date +%N', () => now);
    const first = await getToken();
    now = 4 * MINUTE;
    expect(await getToken()).toBe(first);
    const second = await getToken({ refresh: true });
    expect(second).not.toBe(first);
    now = 10 * MINUTE;
    expect(await getToken()).not.toBe(second);
  });

  it('may print other lines first', async () => {
    expect(await tokenCommand('echo signing in; echo token')()).toBe('token');
  });

  it.each([
    ['echo secret-token; exit 3', /^The token command failed with exit code 3/],
    ['true', /^The token command printed no token/],
  ])('%s is an error without the output', async (command, message) => {
    const error = await tokenCommand(command)().catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('secret-token');
  });
});
