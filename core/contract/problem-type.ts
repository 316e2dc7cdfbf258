export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Problem types are URNs, which do not promise a page at their address. */
export const PROBLEM_TYPE_PREFIX = 'urn:reelgate:problem:';
