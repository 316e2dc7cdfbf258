import { roleCredentials } from './environment.ts';

/**
 * Stands in bundles where the SDK imports its chain of credential sources (lib/bundle-functions.ts): profiles,
 * sign-in, web identity and instance metadata are over 100 KB that Lambda never uses. Read anew each time, as
 * the SDK's own reader of the environment does.
 */
export function defaultProvider() {
  return async () => roleCredentials();
}
