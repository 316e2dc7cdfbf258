import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const sourceWithoutExtension: Row = {
  id: 'source-without-extension',
  assumption:
    'MediaConvert reads a source whose key has no file extension, with a role that has s3:GetObject but not s3:ListBucket.',
  observe({ videos }) {
    const { job } = videos.multipart;
    if (job === undefined) return cutShort('multipart', videos.multipart);
    if (job.status === 'COMPLETE')
      return asAssumed(`The job of ${job.source.split('/').at(-1)} is complete.`);
    return differs(
      `The job is ${job.status}: ${job.errorCode ?? ''} ${job.errorMessage ?? ''}`.trim(),
    );
  },
  followsIfDiffers:
    'No upload becomes ready. Error 1401 or 1404: add s3:ListBucket in lib/transcoding-role.ts. Error 1010: give sources an extension in core/uploads/object-keys.ts.',
};
