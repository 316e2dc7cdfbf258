import type { CannedAcl } from '../access/acl.ts';

export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

export interface CorsRule {
  readonly id?: string;
  readonly allowedHeaders: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly exposedHeaders: readonly string[];
  /** Seconds. */
  readonly maxAge?: number;
}

export interface LifecycleRule {
  readonly id?: string;
  readonly prefix: string;
  /** Days since the upload's initiation. */
  readonly abortIncompleteAfterDays?: number;
  readonly noncurrentExpiration?: { readonly days: number; readonly keep?: number };
  readonly expirationDays?: number;
  readonly expiredObjectDeleteMarker?: boolean;
}

export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

/** The settings of a bucket. */
export interface BucketSettings {
  readonly versioning: 'Unversioned' | 'Enabled' | 'Suspended';
  /** Undefined: never set, so ACLs are enabled, as in buckets from before April 2023. */
  readonly ownership: Ownership | undefined;
  readonly acl: CannedAcl;
  readonly cors?: readonly CorsRule[] | undefined;
  /** JSON text, unchanged. */
  readonly policy?: string | undefined;
  readonly lifecycle?: readonly LifecycleRule[] | undefined;
  readonly publicAccess?: PublicAccessBlock | undefined;
  readonly tags?: readonly (readonly [string, string])[] | undefined;
  readonly eventBridge: boolean;
}

export interface Bucket {
  readonly name: string;
  /** The owner's account, 12 digits. */
  readonly account: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly settings: BucketSettings;
}
