import { ACCOUNTS } from '../cloud/accounts.ts';
import type { Hosted } from '../cloud/hosted.ts';

/** What `npm start` prints: where everything is, and an upload by hand that can be copied line by line. */
export function walkThrough(hosted: Hosted): string {
  const api = hosted.api.replace(/\/$/, '');
  return `
  API       ${api}
  Issuer    ${hosted.issuer}
  S3        ${hosted.endpoints.s3}
  Services  ${hosted.endpoints.services}

  Accounts  ${ACCOUNTS.map(({ username, password }) => `${username} (password ${password})`).join('\n            ')}
  A token   npm run --silent token -- uploader-a

An upload, in another terminal:

  export REELGATE_API=${api} REELGATE_TOKEN_COMMAND='npm run --silent token -- uploader-a'
  npm run --silent reelgate -- upload video.mp4

The same by hand (a file of one part, up to 8 MiB):

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

Every change of status appears below. Ctrl-C stops everything; the data stays until npm run reset.
`;
}
