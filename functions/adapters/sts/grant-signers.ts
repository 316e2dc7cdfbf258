import type { S3Client } from '@aws-sdk/client-s3';
import type { ReadEnvironment } from '../../../core/environment.ts';
import type { Signers } from '../../ports/signing.ts';
import { bucketUrl } from '../s3/bucket-url.ts';
import { signerCredentials, stsClient } from './signer-credentials.ts';
import { signers } from './signers.ts';

type GrantEnvironment = Pick<
  ReadEnvironment<'sign-parts'>,
  | 'SOURCE_BUCKET'
  | 'SIGNER_ROLE_ARN'
  | 'OBJECT_SIGNER_ROLE_ARN'
  | 'FORM_SIGNER_ROLE_ARN'
  | 'TRANSFER_ACCELERATION'
>;

/** The signers of a function's environment, each kind of grant with a role of its own. */
export function grantSigners(environment: GrantEnvironment, s3: S3Client): Signers {
  return signers({
    credentials: signerCredentials(stsClient()),
    roles: {
      parts: environment.SIGNER_ROLE_ARN,
      object: environment.OBJECT_SIGNER_ROLE_ARN,
      form: environment.FORM_SIGNER_ROLE_ARN,
    },
    bucketUrl: () =>
      bucketUrl(s3, environment.SOURCE_BUCKET, environment.TRANSFER_ACCELERATION === 'on'),
    region: () => s3.config.region(),
  });
}
