import { newCapability } from '../../core/grants/capability.ts';
import type { Budgets } from '../../core/quota/budgets.ts';
import { dailyRefusal, dayOf, oneCompanionSession } from '../../core/quota/daily-budget.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { Capabilities, UploadReservations } from '../ports/uploads.ts';

import { type IntakePorts, refuseClosedIntake } from './refuse-closed-intake.ts';

export interface CreateCompanionSessionPorts extends IntakePorts {
  readonly capabilities: Pick<Capabilities, 'put'>;
  readonly reservations: Pick<UploadReservations, 'getDay'>;
  readonly budgets: Budgets;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly sessionSeconds: number;
}

export interface CompanionSession {
  readonly outcome: 'created';
  /** It is a credential. */
  readonly capability: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/**
 * Creates a capability with which a client that sends no headers acts for the caller.
 * @param now milliseconds since the epoch
 */
export async function createCompanionSession(
  ports: CreateCompanionSessionPorts,
  caller: { readonly owner: string; readonly subject: string },
  now: number,
): Promise<CompanionSession | Refusal> {
  const closed = await refuseClosedIntake(ports, now);
  if (closed) return closed;
  const { capabilities, randomBytes, sessionSeconds, budgets } = ports;
  const { capability, item } = newCapability(caller, randomBytes(32), now, sessionSeconds);
  const daily = oneCompanionSession(budgets);
  // The first session of a day finds no item, so that no condition of the write can compare it.
  const none = dailyRefusal(undefined, daily, now);
  if (none || !(await capabilities.put(item, daily, now))) {
    const day = await ports.reservations.getDay(caller.owner, dayOf(now));
    const reason = dailyRefusal(day, daily, now);
    if (!reason) return refused('conflict');
    const { code, ...details } = reason;
    return refused(code, details);
  }
  return {
    outcome: 'created',
    capability,
    expiresAt: new Date(item.expiresAt * 1000).toISOString(),
  };
}
