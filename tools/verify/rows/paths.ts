import { asAssumed, differs, type Row, unknown } from '../row.ts';
import { becomesReady } from './shared.ts';

/** One row for each path that the demo walks. */
export const paths: readonly Row[] = [
  {
    id: 'path-multipart',
    assumption: 'A file in two parts, sent by the client library, becomes a ready video.',
    observe: becomesReady('multipart'),
    followsIfDiffers:
      'Apps that use @reelgate/client cannot upload. See the reason and the execution of the upload.',
  },
  {
    id: 'path-put',
    assumption: 'A file sent by one presigned PUT becomes a ready video.',
    observe: becomesReady('put'),
    followsIfDiffers:
      'Scripts that use one PUT cannot upload: core/grants/put-grant.ts, the role of objects in lib/signer-role.ts.',
  },
  {
    id: 'path-form',
    assumption: 'A file posted by a form becomes a ready video.',
    observe: becomesReady('form'),
    followsIfDiffers:
      'Pages without JavaScript cannot upload: core/grants/form-grant.ts, functions/use-cases/accept-form.ts.',
  },
  {
    id: 'path-companion',
    assumption: 'A file sent by the protocol of Companion becomes a ready video.',
    observe: becomesReady('companion'),
    followsIfDiffers: 'Uppy cannot upload: functions/companion.ts.',
  },
  {
    id: 'path-cancel',
    assumption: 'A cancelled upload leaves neither objects nor parts in S3.',
    observe({ cancelled: { problem, status, left } }) {
      if (problem !== undefined) return differs(problem);
      const seen = `The upload is ${status}; S3 has ${left} objects and multipart uploads of it.`;
      return status === 'cancelled' && left === 0 ? asAssumed(seen) : differs(seen);
    },
    followsIfDiffers:
      'Storage of cancelled uploads is paid until the lifecycle rule removes it: functions/use-cases/clear-upload.ts.',
  },
  {
    id: 'path-list',
    assumption: 'The owner’s list has every upload of this run.',
    observe({ videos, listed: { problem, ids } }) {
      if (problem !== undefined) return differs(problem);
      const made = Object.values(videos).flatMap(({ uploadId }) => uploadId ?? []);
      if (made.length === 0) return unknown('No upload was created.');
      const absent = made.filter((id) => !ids?.includes(id));
      if (absent.length > 0)
        return differs(`${absent.length} of ${made.length} uploads are not listed.`);
      return asAssumed(`${made.length} uploads are listed.`);
    },
    followsIfDiffers:
      'Users do not see their uploads: the index byOwner, functions/use-cases/list-uploads.ts.',
  },
];
