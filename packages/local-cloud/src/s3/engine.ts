import type { Authorize, CredentialSource } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { PendingWrites } from './operations/pending-writes.ts';
import type { Store } from './store/store.ts';

/** The dependencies of every operation. */
export interface Engine {
  readonly store: Store;
  readonly clock: Clock;
  readonly credentials: CredentialSource;
  readonly authorize: Authorize;
  readonly region: string;
  readonly newId: () => string;
  readonly pendingWrites: PendingWrites;
  /**
   * Behaves like buckets from before 2023, as other tools expect: ACLs are enabled by default, public access
   * is not blocked, Signature Version 2 is accepted.
   */
  readonly legacy: boolean;
  /**
   * Whether CompleteMultipartUpload ignores the checksum of the object where the upload was created without an
   * algorithm. AWS documents neither.
   */
  readonly ignoresUnnamedChecksums: boolean;
}
