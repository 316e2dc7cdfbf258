import { createHmac } from 'node:crypto';
import { equalSignatures } from '../../iam/equal-signatures.ts';
import { findCredentials } from '../../iam/find-credentials.ts';
import { deriveSigningKey, sign } from '../../iam/sigv4-canonical.ts';
import { accountOf } from '../access/account.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import { ANONYMOUS } from './authenticate.ts';
import type { Identity } from './request.ts';

/** Verifies the signature of the policy, of version 4, or of version 2 where it is accepted. */
export function formIdentity(fields: ReadonlyMap<string, string>, engine: Engine): Identity {
  const policy = fields.get('policy');
  if (policy === undefined) return ANONYMOUS;
  const required = (name: string) => {
    const value = fields.get(name);
    if (value) return value;
    throw s3Error('InvalidArgument', {
      message: `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
      ArgumentName: name,
      ArgumentValue: '',
    });
  };
  const version2 = fields.has('awsaccesskeyid') && engine.legacy;
  const [accessKeyId, scope] = version2
    ? [required('awsaccesskeyid'), undefined]
    : splitCredential(required('x-amz-credential'), engine.region);
  const given = required(version2 ? 'signature' : 'x-amz-signature');
  if (!version2 && required('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') {
    throw s3Error('InvalidArgument', {
      message: 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"',
    });
  }
  const { credentials, caller } = findCredentials(
    { accessKeyId, sessionToken: fields.get('x-amz-security-token') },
    { credentials: engine.credentials, now: engine.clock.now(), dialect: 's3' },
  );
  const secret = credentials.secretAccessKey;
  const expected = scope
    ? sign(deriveSigningKey(secret, scope.date, engine.region, 's3'), policy)
    : createHmac('sha1', secret).update(policy).digest('base64');
  if (!equalSignatures(given, expected)) {
    throw s3Error('SignatureDoesNotMatch', {
      AWSAccessKeyId: accessKeyId,
      StringToSign: policy,
      SignatureProvided: given,
    });
  }
  return {
    caller,
    account: accountOf(caller),
    signature: undefined,
    authType: 'POST',
    signatureVersion: version2 ? 'AWS' : 'AWS4-HMAC-SHA256',
    signatureAge: undefined,
  };
}

function splitCredential(credential: string, region: string): [string, { date: string }] {
  const parts = credential.split('/');
  const [date = '', scopeRegion, service, terminator] = parts.slice(-4);
  const valid =
    parts.length >= 5 &&
    scopeRegion === region &&
    service === 's3' &&
    terminator === 'aws4_request';
  if (valid) return [parts.slice(0, -4).join('/'), { date }];
  throw s3Error('InvalidArgument', {
    message: `The Credential must be "<YOUR-AKID>/YYYYMMDD/${region}/s3/aws4_request", got "${credential}".`,
    ArgumentName: 'X-Amz-Credential',
    ArgumentValue: credential,
  });
}
