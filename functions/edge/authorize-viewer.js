// A CloudFront Function (viewer request, runtime 2.0) of the media's distribution. It lets a request with a valid
// playback token in its path through to the video's files, and refuses every other one. The runtime has a subset of
// JavaScript, no console of ours and no npm package, so this file stands alone; `core/playback/playback-token.ts` makes
// the tokens, and one test holds both to the same claims.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
import cf from 'cloudfront';

// biome-ignore lint/style/useNodejsImportProtocol: CloudFront's module has this name.
const crypto = require('crypto');

// The stack replaces the text by the configured origins, as JSON.
const ALLOWED_ORIGINS = JSON.parse('{{ALLOWED_ORIGINS}}');

// /v/<token>/<upload id>/<file>. A file name has no other characters, so nothing in it can be decoded to `..` or `//`.
const PATH =
  /^\/v\/([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)\/([0-9a-f-]{36})\/([A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*)$/;

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it.
async function handler(event) {
  const request = event.request;
  try {
    if (request.method === 'OPTIONS') return preflight(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refusal(request, 405, 'Method Not Allowed');
    }
    const parts = PATH.exec(request.uri);
    if (parts === null || !(await isAllowed(parts[1], parts[2]))) {
      return refusal(request, 403, 'Forbidden');
    }
    request.uri = `/videos/${parts[2]}/${parts[3]}`;
    request.querystring = {};
    return request;
  } catch (_) {
    // CloudFront would respond 503 without headers that a page may read.
    return refusal(request, 403, 'Forbidden');
  }
}

async function isAllowed(token, uploadId) {
  const segments = token.split('.');
  const claims = JSON.parse(Buffer.from(segments[1], 'base64url').toString());
  const header = JSON.parse(Buffer.from(segments[0], 'base64url').toString());
  const now = Date.now() / 1000;
  if (header.alg !== 'HS256' || claims.vid !== uploadId || !(claims.exp > now)) return false;
  const store = cf.kvs();
  const published = await store.get('keys');
  const keys = JSON.parse(published);
  const key = Object.keys(keys).indexOf(header.kid) === -1 ? null : keys[header.kid];
  if (key === null || key.until <= now) return false;
  const expected = crypto
    .createHmac('sha256', key.k)
    .update(`${segments[0]}.${segments[1]}`)
    .digest('base64url');
  if (!isSame(expected, segments[2])) return false;
  // A removed video has an entry until its last token is dead.
  return !(await store.exists(uploadId));
}

// In a time that does not depend on where the texts differ.
function isSame(left, right) {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) {
    difference |= left.codePointAt(index) ^ right.codePointAt(index);
  }
  return difference === 0;
}

function preflight(request) {
  const headers = corsHeaders(request);
  headers['access-control-allow-methods'] = { value: 'GET, HEAD' };
  headers['access-control-allow-headers'] = {
    value: 'range, if-range, if-none-match, if-modified-since',
  };
  headers['access-control-max-age'] = { value: '86400' };
  return { statusCode: 204, statusDescription: 'No Content', headers: headers };
}

// Functions for the viewer's response do not run for these, so all headers are set here.
function refusal(request, statusCode, statusDescription) {
  const headers = corsHeaders(request);
  headers['cache-control'] = { value: 'no-store' };
  headers['x-content-type-options'] = { value: 'nosniff' };
  if (statusCode === 405) headers.allow = { value: 'GET, HEAD, OPTIONS' };
  return { statusCode: statusCode, statusDescription: statusDescription, headers: headers };
}

function corsHeaders(request) {
  const headers = { vary: { value: 'Origin' } };
  const origin = request.headers.origin ? request.headers.origin.value : '';
  if (ALLOWED_ORIGINS.indexOf('*') !== -1) {
    headers['access-control-allow-origin'] = { value: '*' };
  } else if (ALLOWED_ORIGINS.indexOf(origin) !== -1) {
    headers['access-control-allow-origin'] = { value: origin };
  }
  return headers;
}
