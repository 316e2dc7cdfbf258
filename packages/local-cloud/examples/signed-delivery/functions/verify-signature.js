import cf from 'cloudfront';

// biome-ignore lint/style/useNodejsImportProtocol: the runtime of CloudFront is not Node.
const crypto = require('crypto');
const store = cf.kvs();

/** `/<signature>/<key>` becomes `/<key>`, if the signature is the HMAC of the key. */
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it.
async function handler(event) {
  const request = event.request;
  const slash = request.uri.indexOf('/', 1);
  const path = request.uri.slice(slash);
  const secret = await store.get('key');
  const expected = crypto.createHmac('sha256', secret).update(path).digest('base64url');
  if (request.uri.slice(1, slash) !== expected) return { statusCode: 403 };
  request.uri = path;
  return request;
}
