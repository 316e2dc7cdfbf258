import { TransientError } from '../../../../../core/transient-error.ts';
import { announcementOf } from '../../../../../core/uploads/announcement.ts';
import { announce } from '../../../../../functions/adapters/eventbridge/announcements.ts';
import { uploadIn } from '../../../../kit/ports/upload-fixture.ts';
import { fakeClient } from '../fake-client.ts';

const announcement = announcementOf(uploadIn('expired'));
if (!announcement) throw new Error('An expired upload is announced.');

describe('An announcement', () => {
  it('is put on the default bus', async () => {
    const { client, sent } = fakeClient({ PutEvents: () => ({ FailedEntryCount: 0 }) });
    await announce(client, announcement);
    expect(sent).toEqual([
      [
        'PutEvents',
        {
          Entries: [
            {
              Source: 'reelgate',
              DetailType: 'Upload Expired',
              EventBusName: 'default',
              Detail: JSON.stringify(announcement.detail),
            },
          ],
        },
      ],
    ]);
  });

  it.each([
    [[{ ErrorCode: 'ThrottlingException' }], 'ThrottlingException'],
    [[], 'no error code'],
  ])('that the bus did not accept is a transient error', async (Entries, code) => {
    const { client } = fakeClient({ PutEvents: () => ({ FailedEntryCount: 1, Entries }) });
    await expect(announce(client, announcement)).rejects.toThrow(
      new TransientError(`The bus did not accept Upload Expired: ${code}.`),
    );
  });
});
