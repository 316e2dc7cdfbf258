/**
 * Where the API is. Plain http is taken for this machine only: a token would cross the network in the clear.
 */
export function apiAddress(
  given: string | undefined,
): { readonly url: string } | { readonly problem: string } {
  if (!given) {
    return {
      problem: "Where is the API? Give --api URL or REELGATE_API (the stack's output ApiUrl).",
    };
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { problem: `The API's address must be an https URL; came ${JSON.stringify(given)}.` };
  }
  if (url.protocol === 'http:' && !isThisMachine(url.hostname)) {
    return {
      problem: `The API's address must be https, or http on this machine only; came ${JSON.stringify(given)}.`,
    };
  }
  return { url: url.href };
}

function isThisMachine(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}
