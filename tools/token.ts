import { parseArgs } from 'node:util';
import { accessToken } from './cloud/access-token.ts';
import { ACCOUNTS, findAccount } from './cloud/accounts.ts';
import { runCommand, UsageError } from './cloud/run-command.ts';
import { findRunning } from './cloud/running-cloud.ts';

const NAMES = ACCOUNTS.map(({ username }) => username).join(', ');

const USAGE = `Usage: npm run --silent token -- USERNAME

Prints an access token for an account of the local cloud that npm start runs: ${NAMES}.`;

await runCommand(USAGE, async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [username, ...more] = positionals;
  if (username === undefined) throw new UsageError('A username is required.');
  if (more.length > 0) throw new UsageError(`Expected one username, got ${positionals.length}.`);
  if (!findAccount(username)) {
    throw new UsageError(`There is no account "${username}"; the accounts are ${NAMES}.`);
  }
  console.log(await accessToken(findRunning(), username));
  return 0;
});
