import type { SigningRequest } from '../../core/grants/sigv4.ts';

/** What a grant is signed with. */
export type Signing = Pick<SigningRequest, 'bucketUrl' | 'region' | 'credentials'>;

/** Credentials of the roles that sign grants; each role may do only what its kind of grant allows. */
export interface SignersOf<Kind extends string> {
  /** Valid for `enoughSeconds` from `now` (milliseconds since the epoch) at least. */
  signing(kind: Kind, enoughSeconds: number, now: number): Promise<Signing>;
}

export type Signers = SignersOf<'parts' | 'object' | 'form'>;

/** The role that signs downloads of sources. */
export type DownloadSigner = SignersOf<'original'>;
