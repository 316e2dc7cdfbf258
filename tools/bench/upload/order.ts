/** What a candidate needs to send one file. */
export interface SendOrder {
  readonly api: string;
  /** An access token. */
  readonly token: string;
  /** Uppy 6's address of Companion, with a capability in its path. */
  readonly companion: string;
  /** Bytes of a part, the same for all: the API's part size for a file of this size. */
  readonly partSize: number;
  /** For lib-storage, which signs by itself: credentials, and a bucket of its own. */
  readonly s3: {
    readonly endpoint: string;
    readonly region: string;
    readonly bucket: string;
    readonly key: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/** Sends a file; returns the API's upload id, undefined for lib-storage. */
export type Send<File> = (file: File, order: SendOrder) => Promise<string | undefined>;

export interface Sent {
  readonly ms: number;
  readonly uploadId?: string | undefined;
  /** Largest resident memory of the sending process; Node only. */
  readonly peakBytes?: number;
}
