import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { Intake } from '../ports/uploads.ts';

/** A closed intake is opened by a person: clients need not ask more often. */
const RETRY_AFTER_SECONDS = 60;

export interface IntakePorts {
  readonly intake: Intake;
}

/**
 * Refuses to grant anything while the operator has closed the intake.
 * @param now milliseconds since the epoch
 */
export async function refuseClosedIntake(
  { intake }: IntakePorts,
  now: number,
): Promise<Refusal | undefined> {
  if (!(await intake.isClosed(now))) return undefined;
  return refused('intake_closed', { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
