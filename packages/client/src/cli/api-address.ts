/** Checks the API's address. Plain http is accepted for this machine only: a token must not cross the network in clear text. */
export function apiAddress(
  given: string | undefined,
): { readonly url: string } | { readonly problem: string } {
  if (!given) {
    return {
      problem:
        "The API's address is missing. Set --api URL or REELGATE_API (the stack's output ApiUrl).",
    };
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { problem: `--api must be an https URL; got ${JSON.stringify(given)}.` };
  }
  if (url.protocol === 'http:' && !isThisMachine(url.hostname)) {
    return {
      problem: `--api must be an https URL, or http on this machine; got ${JSON.stringify(given)}.`,
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
