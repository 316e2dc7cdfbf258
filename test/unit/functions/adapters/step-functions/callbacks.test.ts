import { InvalidToken, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { resumeTask } from '../../../../../functions/adapters/step-functions/callbacks.ts';
import { fakeClient, serviceError } from '../fake-client.ts';

const details = { message: 'x', $metadata: {} };

describe('A task that waits with a token', () => {
  it('is resumed', async () => {
    const { sent, client } = fakeClient({ SendTaskSuccess: () => ({}) });
    expect(await resumeTask({ client }, 'token')).toBe('resumed');
    expect(sent).toEqual([['SendTaskSuccess', { taskToken: 'token', output: '{}' }]]);
  });

  it.each([InvalidToken, TaskDoesNotExist, TaskTimedOut])('is gone with %p', async (Refusal) => {
    const { client } = fakeClient({ SendTaskSuccess: () => new Refusal(details) });
    expect(await resumeTask({ client }, 'token')).toBe('gone');
  });

  it('may have continued where a repeated request is refused: the first response may be lost', async () => {
    const repeated = { message: 'x', $metadata: { attempts: 2 } };
    const { client } = fakeClient({ SendTaskSuccess: () => new TaskTimedOut(repeated) });
    expect(await resumeTask({ client }, 'token')).toBe('resumed');
  });

  it('is not gone after another error', async () => {
    const { client } = fakeClient({ SendTaskSuccess: () => serviceError('AccessDeniedException') });
    await expect(resumeTask({ client }, 'token')).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
