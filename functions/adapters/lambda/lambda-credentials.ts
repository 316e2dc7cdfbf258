import { roleCredentials } from './environment.ts';

/**
 * Replaces the SDK's chain of credential sources in bundles (lib/bundle-functions.ts): profiles,
 * sign-in, web identity and instance metadata are over 100 KB that Lambda never uses. Read at each call, as by
 * the SDK's own provider.
 */
export function defaultProvider() {
  return async () => roleCredentials();
}
