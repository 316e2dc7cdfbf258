export type { Status } from '../../../core/contract/lifecycle.ts';
export type {
  CompactGrant,
  MediaFacts,
  PlaybackFacts,
  PresentedReason,
  Problem,
  Upload,
} from '../../../core/contract/wire.ts';
export { type ListQuery, type UploadsApi, uploadsApi } from './api.ts';
export type { ApiOptions, TokenRequest } from './api-options.ts';
export type { Progress, TransferState } from './progress.ts';
export type {
  Fingerprint,
  ResumeRecord,
  ResumeStore,
  StoredFileHandle,
  StoredPart,
} from './resume-record.ts';
export type { ResumableQuery } from './upload-client.ts';
export { type ClientCode, UploadError, type UploadErrorCode } from './upload-error.ts';
export type { ResumeOptions, StreamInput, Transfer, UploadOptions } from './upload-options.ts';
export { type WatchOptions, watch } from './watch.ts';
