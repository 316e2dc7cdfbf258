import type { FoundHls, FoundOutputs } from '../../core/playback/playback.ts';
import type { SeenObject } from '../../core/reconciliation/reconcile.ts';
import type { StoredPart } from '../../core/uploads/complete-request.ts';
import type { UploadItem } from '../../core/uploads/records.ts';

/** Objects of the source bucket. */
export interface SourceObjects {
  /** Undefined where there is none. */
  head(key: string): Promise<SeenObject | undefined>;
  /** Deletes every version and delete marker. Returns how many there were. */
  deleteEveryVersion(key: string): Promise<number>;
  /**
   * The same, and leaves a tombstone: a PUT that requires a new object is refused from then on. Returns how many versions
   * there were besides a tombstone.
   */
  close(key: string): Promise<number>;
}

/** Objects of the output bucket. */
export interface OutputObjects {
  list(prefix: string): Promise<readonly { readonly key: string; readonly size: number }[]>;
  /** Returns how many objects there were. */
  deleteBelow(prefix: string): Promise<number>;
  /** Undefined where there is none, or it is too large. */
  readText(key: string): Promise<string | undefined>;
  /** Writes a text that is served to viewers; the same text again changes nothing. */
  putText(key: string, text: string, contentType: string): Promise<void>;
}

/** Reads the manifests of a finished job; undefined where one is missing or does not parse. */
export interface Manifests {
  readHls(key: string): Promise<FoundHls | undefined>;
  readDash(key: string): Promise<FoundOutputs['dash']>;
}

/** How S3 responded to CompleteMultipartUpload. */
export type MultipartCompletion =
  | 'completed'
  /** S3 no longer has the multipart upload: it was completed before, or aborted. */
  | 'gone'
  /** There is an object at the key. */
  | 'object_exists'
  | 'part_invalid'
  /** Another completion of the same upload is running. */
  | 'conflict'
  /** The parts add up to another size than the upload's. */
  | 'size_differs'
  /** S3 has refused the checksum. The parts are as before. */
  | 'checksum_differs'
  /** S3 has not compared the checksum: the object is stored, and has another one. */
  | 'stored_with_other_checksum';

/** An upload for which S3 has a multipart upload. */
export type BegunUpload = UploadItem & { readonly s3UploadId: string };

/** S3's multipart uploads in the source bucket. */
export interface MultipartUploads {
  /** Returns S3's id of a new multipart upload. */
  create(upload: Pick<UploadItem, 'objectKey' | 'contentType'>): Promise<string>;
  /** Every part that S3 has; undefined where S3 no longer knows the multipart upload. */
  listParts(key: string, s3UploadId: string): Promise<readonly StoredPart[] | undefined>;
  /** Discards the parts; does nothing where S3 no longer knows the multipart upload. */
  abort(key: string, s3UploadId: string): Promise<void>;
  /** Never replaces an object. */
  complete(
    upload: Pick<UploadItem, 'objectKey' | 'size'> & { readonly s3UploadId: string },
    parts: readonly StoredPart[],
    checksum: string | undefined,
  ): Promise<MultipartCompletion>;
}

/** A file that a form has posted: one version below `forms/`. */
export interface StagedFile {
  readonly key: string;
  readonly versionId: string;
  /** Bytes. */
  readonly size: number;
}

export interface StagedFiles {
  /**
   * Copies the file to the upload's key, never over an object. `absent` where that version is gone, `refused`
   * where there is a source already, `checksum_differs` where S3 has refused the checksum, `copied_with_other_checksum`
   * where S3 has not compared it.
   */
  copyToSource(
    file: StagedFile,
    upload: UploadItem,
  ): Promise<'copied' | 'absent' | 'refused' | 'checksum_differs' | 'copied_with_other_checksum'>;
  delete(file: StagedFile): Promise<void>;
}
