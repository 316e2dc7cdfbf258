import { signIn } from '@reelgate/local-cloud/sign-in';
import { findAccount } from './accounts.ts';
import type { Hosted } from './hosted.ts';

/** Signs in to an account as a browser does (authorization code with PKCE) and returns its access token. */
export async function accessToken(hosted: Hosted, username: string): Promise<string> {
  const account = findAccount(username);
  if (!account) throw new Error(`There is no account "${username}".`);
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
