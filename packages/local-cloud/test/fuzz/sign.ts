import { createHash } from 'node:crypto';
import {
  canonicalRequest,
  deriveSigningKey,
  sign,
  stringToSign,
} from '../../src/iam/sigv4-canonical.ts';
import type { Credentials } from '../../src/shared/caller.ts';
import { type RawRequest, requestBytes } from '../raw-connection.ts';

/** The bytes of a request with a valid signature, whatever its body and query are. */
export function signedBytes(
  request: RawRequest,
  service: string,
  credentials: Credentials,
): Buffer {
  const [rawPath = '/', rawQuery = ''] = request.path.split(/\?(.*)/s);
  const body = Buffer.from(request.body ?? '');
  const payloadHash = createHash('sha256').update(body).digest('hex');
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = {
    host: '127.0.0.1',
    ...request.headers,
    'x-amz-date': timestamp,
    'x-amz-content-sha256': payloadHash,
  };
  const signed = Object.keys(headers).sort();
  const scope = `${timestamp.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const canonical = canonicalRequest(
    { method: request.method, rawPath, rawQuery, headers },
    signed,
    payloadHash,
    service === 's3' ? 'once' : 'twice',
  );
  const key = deriveSigningKey(
    credentials.secretAccessKey,
    timestamp.slice(0, 8),
    'us-east-1',
    service,
  );
  const signature = sign(key, stringToSign(timestamp, scope, canonical));
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed.join(';')}, Signature=${signature}`;
  return requestBytes({ ...request, headers: { ...headers, authorization }, body });
}
