import type { Authorize, CredentialSource } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { PendingWrites } from './operations/pending-writes.ts';
import type { Store } from './store/store.ts';

/** What every operation works with. */
export interface Engine {
  readonly store: Store;
  readonly clock: Clock;
  readonly credentials: CredentialSource;
  readonly authorize: Authorize;
  readonly region: string;
  readonly newId: () => string;
  readonly pendingWrites: PendingWrites;
  /**
   * Behaves as S3 did for buckets made before 2023, and as other people's tools still expect: ACLs count unless
   * a bucket says otherwise, public access is not blocked, Signature Version 2 is taken.
   */
  readonly legacy: boolean;
}
