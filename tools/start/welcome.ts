import { ACCOUNTS } from '../cloud/accounts.ts';
import type { Hosted } from '../cloud/hosted.ts';

/** What `npm start` prints: endpoints, identity provider, accounts, and uploads to copy and paste. */
export function welcome(hosted: Hosted): string {
  const api = hosted.api.replace(/\/$/, '');
  const { issuer, clientId, scopes, redirectUri, endpoints } = hosted;
  const accounts = ACCOUNTS.map(({ username, password, groups }) =>
    `    ${username.padEnd(12)} password ${password.padEnd(14)} ${groups.join(', ')}`.trimEnd(),
  );
  return `
reelgate is ready.

  API                 ${api}
  S3                  ${endpoints.s3}
  other AWS services  ${endpoints.services}

  Identity provider (OpenID Connect, authorization code with PKCE)
    issuer            ${issuer}
    discovery URL     ${issuer}/.well-known/openid-configuration
    client id         ${clientId}
    scopes            ${scopes.replaceAll(' ', '\n                      ')}
    redirect URI      ${redirectUri}

  Accounts
${accounts.join('\n')}

  An access token (valid for an hour)
    npm run --silent token -- uploader-a

Upload a video, in another terminal:

  npm run sample-video -- video.mp4
  export REELGATE_API=${api} REELGATE_TOKEN_COMMAND='npm run --silent token -- uploader-a'
  npm run --silent reelgate -- upload video.mp4

The same with curl, for a file of up to 8 MiB (one part):

  npm run sample-video -- video.mp4 --megabytes 5
  FILE=video.mp4
  TOKEN=$(npm run --silent token -- uploader-a)
  curl -s ${api}/v1/uploads -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
    -d '{"fileName":"'$FILE'","contentType":"video/mp4","size":'$(wc -c <$FILE)'}' >.reelgate/upload.json
  ID=$(node -p 'require("./.reelgate/upload.json").upload.id')
  URL=$(node -p 'g=require("./.reelgate/upload.json").grant; g.urlTemplate.replace("{partNumber}",1).replace("{signature}",g.signatures[0])')
  ETAG=$(curl -s -D - -o /dev/null -T $FILE "$URL" | tr -d '\\r' | sed -n 's/^etag: "*\\([^"]*\\)"*$/\\1/ip')
  curl -s -X POST ${api}/v1/uploads/$ID/complete -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
    -d '{"parts":[{"partNumber":1,"etag":"'$ETAG'"}]}'
  curl -s ${api}/v1/uploads/$ID -H "authorization: Bearer $TOKEN"

Each change of an upload's status is shown below.
Ctrl-C stops everything; the data is kept until npm run reset.
`;
}
