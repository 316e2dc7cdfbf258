/** A policy is refused as a whole, because a part that the evaluator does not support could allow too much. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
