import { RECONCILE_RULES } from '../../../../core/reconciliation/reconcile-rules.ts';
import { ERASED_AT_END, expiryOfEnded, MIN_ENDED_DAYS } from '../../../../core/uploads/erasure.ts';
import { parseUploadItem } from '../../../../core/uploads/parse-records.ts';
import { presentUpload } from '../../../../core/uploads/present-upload.ts';
import { NOW, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

describe('The record of an upload that has ended for good', () => {
  it.each(['cancelled', 'expired'] as const)('is still readable when it is %s', (status) => {
    const erased = Object.fromEntries(ERASED_AT_END.map((name) => [name, undefined]));
    const item = parseUploadItem({ ...uploadIn(status), ...erased, expiresAt: 1 });
    const presented = presentUpload(item);
    expect(presented).toMatchObject({ id: UPLOAD_ID, status, metadata: {}, reason: {} });
    for (const name of ['fileName', 'displayName', 'media', 'playback', 'checksum']) {
      expect(presented).not.toHaveProperty(name);
    }
  });

  it.each(['ready', 'failed', 'rejected', 'transcoding'] as const)(
    'is invalid without a name while it is %s',
    (status) => {
      expect(() => parseUploadItem({ ...uploadIn(status), fileName: undefined })).toThrow(
        'fileName',
      );
    },
  );

  it('is deleted days after its end, in seconds, and never before the last check', () => {
    expect(expiryOfEnded(NOW, { endedDays: 30 })).toBe(Math.floor(NOW / 1000) + 30 * 86_400);
    const last = Math.max(...RECONCILE_RULES.map(({ age }) => age));
    expect(MIN_ENDED_DAYS * 86_400_000).toBeGreaterThan(last);
  });
});
