import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller } from '../shared/caller.ts';
import type { SecretStore, StoredSecret } from './secret-store.ts';

interface HostedSecret {
  readonly arn: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly kmsKeyId: string | undefined;
  policy: unknown;
}

/** The secrets that the template declares. */
export class HostedSecrets {
  readonly #secrets = new Map<string, HostedSecret>();
  readonly #store: SecretStore;
  readonly #authorize: Authorize;

  constructor(store: SecretStore, authorize: Authorize) {
    this.#store = store;
    this.#authorize = authorize;
  }

  put(secret: Omit<HostedSecret, 'policy'>): void {
    this.#secrets.set(secret.arn, { ...secret, policy: this.#secrets.get(secret.arn)?.policy });
  }

  all(): readonly HostedSecret[] {
    return [...this.#secrets.values()];
  }

  /** `id` is an ARN, an ARN without the six random characters, or a name. Throws ResourceNotFoundException. */
  find(id: string): HostedSecret {
    const found = this.all().find(
      ({ arn, name }) =>
        id === arn || id === name || (id.startsWith('arn:') && arn.slice(0, -7) === id),
    );
    if (found) return found;
    throw new AwsError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    );
  }

  /** The secret, if the caller may do `action` on it. Throws ResourceNotFoundException, AccessDenied. */
  permitted(
    id: string,
    action: string,
    caller: Caller,
    context: Readonly<Record<string, string>> = {},
  ): StoredSecret & { readonly tags: HostedSecret['tags']; readonly kmsKeyId: string | undefined } {
    const { arn, tags, kmsKeyId, policy } = this.find(id);
    this.#authorize({
      caller,
      action: `secretsmanager:${action}`,
      resource: arn,
      context: { 'secretsmanager:secretid': arn, ...context },
      ...(policy === undefined ? {} : { resourcePolicy: policy }),
    });
    const stored = this.#store.find(arn);
    if (stored === undefined) throw new Error(`The secret ${arn} is hosted but not stored.`);
    return { ...stored, tags, kmsKeyId };
  }
}
