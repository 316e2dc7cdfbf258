/** From the inspection to the thread of MediaInfo. */
export type ToWorker =
  | { readonly type: 'describe'; readonly size: number; readonly chunkBytes: number }
  /** The answer to one `read`. No bytes: MediaInfo ends with what it has. */
  | { readonly type: 'bytes'; readonly bytes: Uint8Array };

/** From the thread of MediaInfo to the inspection. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'read'; readonly start: number; readonly length: number }
  | { readonly type: 'described'; readonly json: string }
  /** MediaInfo cannot describe the file, or cannot be loaded. */
  | { readonly type: 'failed' };
