/** A policy that the evaluator refuses as a whole: what it does not know it must not let pass. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
