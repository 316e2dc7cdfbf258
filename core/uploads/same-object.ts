import type { UploadItem } from './records.ts';

/** Whether `current` is the version of the source that the workflow has claimed. */
export function isClaimedObject(
  current: {
    readonly size: number;
    readonly etag: string;
    readonly versionId: string | undefined;
  },
  claimed: UploadItem['object'],
): boolean {
  return (
    claimed !== undefined &&
    bare(current.etag) === bare(claimed.etag) &&
    current.size === claimed.size &&
    // The same bytes in another version: a different object may have been there while the job ran.
    (claimed.versionId === undefined || current.versionId === claimed.versionId)
  );
}

function bare(etag: string): string {
  return etag.replaceAll('"', '');
}
