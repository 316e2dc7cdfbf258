import { signIn } from '@reelgate/local-cloud';
import { ACCOUNTS, accountOf } from './cloud/accounts.ts';
import { findRunning, type Hosted } from './cloud/hosted.ts';

/** Signs a seeded account in as a browser would (authorization code with PKCE) and answers its access token. */
export async function accessToken(hosted: Hosted, username: string): Promise<string> {
  const account = accountOf(username);
  if (!account) {
    const names = ACCOUNTS.map((known) => known.username).join(', ');
    throw new Error(`There is no account ${JSON.stringify(username)}; there are ${names}.`);
  }
  const tokens = await signIn({
    issuer: hosted.issuer,
    clientId: hosted.clientId,
    redirectUri: hosted.redirectUri,
    username: account.username,
    password: account.password,
    scope: hosted.scopes,
  });
  return tokens.access_token;
}

if (import.meta.main) {
  try {
    const [username] = process.argv.slice(2);
    if (!username) throw new Error('Usage: npm run --silent token -- USERNAME');
    console.log(await accessToken(findRunning(), username));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
