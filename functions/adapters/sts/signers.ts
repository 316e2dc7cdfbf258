import type { SignersOf } from '../../ports/signing.ts';
import type { ReadSignerCredentials } from './signer-credentials.ts';

export interface SignersOptions<Kind extends string> {
  readonly credentials: ReadSignerCredentials;
  /** ARN of the role that signs each kind of grant. */
  readonly roles: Readonly<Record<Kind, string>>;
  readonly bucketUrl: () => Promise<string>;
  readonly region: () => Promise<string>;
}

/** What grants are signed with. The bucket's URL is resolved once; a failure is not remembered. */
export function signers<Kind extends string>(options: SignersOptions<Kind>): SignersOf<Kind> {
  let url: Promise<string> | undefined;

  const bucketUrl = async (): Promise<string> => {
    url ??= options.bucketUrl();
    try {
      return await url;
    } catch (error) {
      url = undefined;
      throw error;
    }
  };

  return {
    async signing(kind, enoughSeconds, now) {
      const [resolved, region, credentials] = await Promise.all([
        bucketUrl(),
        options.region(),
        options.credentials(options.roles[kind], enoughSeconds, now),
      ]);
      return { bucketUrl: resolved, region, credentials };
    },
  };
}
