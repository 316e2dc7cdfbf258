export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Problem types are URNs: stable, and they promise no page that might not be there. */
export const PROBLEM_TYPE_PREFIX = 'urn:reelgate:problem:';
