import { newCapability } from '../../core/grants/capability.ts';
import type { Capabilities } from '../ports/uploads.ts';

export interface CreateCompanionSessionPorts {
  readonly capabilities: Pick<Capabilities, 'put'>;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly sessionSeconds: number;
}

export interface CompanionSession {
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
  { capabilities, randomBytes, sessionSeconds }: CreateCompanionSessionPorts,
  caller: { readonly owner: string; readonly subject: string },
  now: number,
): Promise<CompanionSession> {
  const { capability, item } = newCapability(caller, randomBytes(32), now, sessionSeconds);
  await capabilities.put(item);
  return { capability, expiresAt: new Date(item.expiresAt * 1000).toISOString() };
}
