export { ApiError, type ApiOptions, uploadsApi } from './api.ts';
export { PartError } from './send-parts.ts';
export { type UploadOptions, upload } from './upload.ts';
export { type WatchOptions, watch } from './watch.ts';
