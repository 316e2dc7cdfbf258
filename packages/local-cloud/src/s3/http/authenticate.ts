import { hasSignature, verifySignature } from '../../iam/sigv4.ts';
import { parseTimestamp } from '../../iam/sigv4-claim.ts';
import { accountOf } from '../access/account.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import { decodedHeaders, type Identity, type RawRequest } from './request.ts';
import { hasSignatureV2, verifySignatureV2 } from './signature-v2.ts';

export const ANONYMOUS: Identity = {
  caller: { kind: 'anonymous' },
  account: undefined,
  signature: undefined,
  authType: undefined,
  signatureVersion: undefined,
  signatureAge: undefined,
};

/** The identity of the caller. Throws for an invalid signature; a request without a signature is anonymous. */
export function authenticate(request: RawRequest, engine: Engine): Identity {
  const { message, method, rawPath, rawQuery, query } = request;
  const headers = decodedHeaders(message);
  const parts = { method, rawPath, rawQuery, headers };
  const now = engine.clock.now();
  if (hasSignature(parts)) {
    const signature = verifySignature(parts, {
      credentials: engine.credentials,
      now,
      region: engine.region,
      service: 's3',
      dialect: 's3',
    });
    return {
      caller: signature.caller,
      account: accountOf(signature.caller),
      signature,
      authType: signature.kind === 'header' ? 'REST-HEADER' : 'REST-QUERY-STRING',
      signatureVersion: 'AWS4-HMAC-SHA256',
      signatureAge:
        signature.kind === 'query' ? now - (parseTimestamp(signature.timestamp) ?? now) : undefined,
    };
  }
  const version2 = hasSignatureV2(message, query);
  if (version2) {
    if (!engine.legacy) {
      throw s3Error('InvalidRequest', {
        message:
          'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
      });
    }
    const caller = verifySignatureV2(request, engine.credentials, now);
    return {
      caller,
      account: accountOf(caller),
      signature: undefined,
      authType: version2 === 'header' ? 'REST-HEADER' : 'REST-QUERY-STRING',
      signatureVersion: 'AWS',
      signatureAge: undefined,
    };
  }
  if (headers.authorization) {
    throw s3Error('InvalidArgument', {
      message: 'Unsupported Authorization Type',
      ArgumentName: 'Authorization',
      ArgumentValue: headers.authorization.join(','),
    });
  }
  return ANONYMOUS;
}
