import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { classifyErrors } from '../transient-errors.ts';

/** A secret, and the client that reaches it. */
export interface Secret {
  readonly client: Pick<SecretsManagerClient, 'send'>;
  /** ARN or name. */
  readonly id: string;
}

export function secretsManagerClient(): SecretsManagerClient {
  return classifyErrors(new SecretsManagerClient());
}
