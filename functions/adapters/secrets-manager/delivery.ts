import type { Delivery } from '../../ports/playback.ts';
import { secretsManagerClient } from './secret.ts';
import { cachedSigningKeys } from './signing-keys.ts';

/** The delivery that a function's environment names; undefined where it is off. */
export function deliveryWith(
  environment: {
    readonly MEDIA_HOST: string | undefined;
    readonly SIGNING_SECRET_ARN: string | undefined;
  },
  { elapsed }: { readonly elapsed: () => number },
): Delivery | undefined {
  const { MEDIA_HOST: host, SIGNING_SECRET_ARN: id } = environment;
  if (host === undefined || id === undefined) return undefined;
  return { host, keys: cachedSigningKeys({ client: secretsManagerClient(), id }, elapsed) };
}
