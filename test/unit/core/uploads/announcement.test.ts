import { isTerminal, statuses, type TerminalStatus } from '../../../../core/contract/lifecycle.ts';
import { announcementOf } from '../../../../core/uploads/announcement.ts';
import { OWNER, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

/** The rules of subscribers select events by these types: docs/reference/events.md. */
const DETAIL_TYPES = {
  ready: 'Video Ready',
  removed: 'Video Removed',
  rejected: 'Upload Rejected',
  cancelled: 'Upload Cancelled',
  expired: 'Upload Expired',
  failed: 'Upload Failed',
} satisfies Record<TerminalStatus, string>;
const ends = Object.keys(DETAIL_TYPES) as TerminalStatus[];

describe('The event for the end of an upload', () => {
  it.each(ends)('has a type of its own for %s', (status) => {
    expect(announcementOf(uploadIn(status))?.detailType).toBe(DETAIL_TYPES[status]);
  });

  it.each(ends)(
    'is identified by upload and sequence, so that a duplicate of %s is recognized, and a second one is not one',
    (status) => {
      const item = uploadIn(status, { sequence: 3 });
      expect(announcementOf(item)?.detail.metadata).toEqual({
        id: `${UPLOAD_ID}/3`,
        sequence: 3,
        version: '1',
        time: item.updatedAt,
      });
    },
  );

  it('has the keys of the outputs for a ready video, and no reason', () => {
    const item = uploadIn('ready');
    expect(announcementOf(item)?.detail.data).toEqual({
      uploadId: UPLOAD_ID,
      owner: OWNER,
      playback: item.playback,
    });
  });

  it.each(ends.filter((status) => status !== 'ready'))('has the reason for %s', (status) => {
    const item = uploadIn(status);
    expect(announcementOf(item)?.detail.data).toEqual({
      uploadId: UPLOAD_ID,
      owner: OWNER,
      reason: item.reason,
    });
  });

  it.each(statuses.filter((status) => !isTerminal(status)))('does not exist for %s', (status) => {
    expect(announcementOf(uploadIn(status))).toBeUndefined();
  });
});
