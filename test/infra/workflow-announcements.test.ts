import { announcementOf } from '../../core/announcement.ts';
import { argumentsOf, go, OWNER, UPLOAD } from './workflow-fixtures.ts';

describe('an end', () => {
  it('is announced by the workflow as by code, under the same id', async () => {
    const walked = await go({
      Inspect: { output: { Payload: { verdict: 'perhaps' } } },
    });
    const reason = {
      code: 'inspection_failed',
      detail: 'The inspection gave no verdict.',
    } as const;
    const byCode = announcementOf({
      uploadId: UPLOAD,
      owner: OWNER,
      status: 'failed',
      updatedAt: '2026-01-01T00:00:00.000Z',
      reason,
    });
    expect(argumentsOf(walked, 'AnnounceFailure').Entries).toEqual([
      {
        Source: 'reelgate',
        EventBusName: 'default',
        DetailType: byCode?.detailType,
        Detail: byCode?.detail,
      },
    ]);
  });

  it('that the workflow alone announces is not announced by code', () => {
    const reason = { code: 'too_long' } as const;
    const item = { uploadId: UPLOAD, owner: OWNER, updatedAt: '2026-01-01T00:00:00.000Z', reason };
    for (const status of ['ready', 'rejected', 'transcoding'] as const) {
      expect(announcementOf({ ...item, status })).toBeUndefined();
    }
  });
});
