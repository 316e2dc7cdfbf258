import { ConflictException, NotFoundException } from '@aws-sdk/client-mediaconvert';
import { cancelJob, getJob } from '../../../../../functions/adapters/mediaconvert/jobs.ts';
import { fakeClient, serviceError } from '../fake-client.ts';

const conflict = () => new ConflictException({ message: 'x', $metadata: {} });
const notFound = () => new NotFoundException({ message: 'x', $metadata: {} });

describe('A job', () => {
  it('is read with its end and error', async () => {
    const Timing = { FinishTime: new Date(5) };
    const { client, sent } = fakeClient({
      GetJob: () => ({ Job: { Status: 'ERROR', ErrorCode: 1_040, Timing } }),
    });
    expect(await getJob(client, 'j')).toEqual({
      jobId: 'j',
      status: 'ERROR',
      errorCode: 1_040,
      endedAt: 5,
    });
    expect(sent).toEqual([['GetJob', { Id: 'j' }]]);
  });

  it('is read while it runs', async () => {
    const { client } = fakeClient({ GetJob: () => ({ Job: { Status: 'PROGRESSING' } }) });
    expect(await getJob(client, 'j')).toEqual({ jobId: 'j', status: 'PROGRESSING' });
  });

  it('that MediaConvert no longer knows is undefined', async () => {
    for (const response of [notFound, () => ({}), () => ({ Job: {} })]) {
      expect(await getJob(fakeClient({ GetJob: response }).client, 'j')).toBeUndefined();
    }
  });

  it('is cancelled, unless it has ended or is unknown', async () => {
    for (const response of [() => ({}), conflict, notFound]) {
      const { client, sent } = fakeClient({ CancelJob: response });
      await expect(cancelJob(client, 'j')).resolves.toBeUndefined();
      expect(sent).toEqual([['CancelJob', { Id: 'j' }]]);
    }
  });

  it('throws other errors', async () => {
    const denied = () => serviceError('ForbiddenException', 403);
    const { client } = fakeClient({ CancelJob: denied, GetJob: denied });
    await expect(cancelJob(client, 'j')).rejects.toThrow('Forbidden');
    await expect(getJob(client, 'j')).rejects.toThrow('Forbidden');
  });
});
