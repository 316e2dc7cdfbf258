import { heldSeconds, queueKeyOf, slotStep } from '../../../../core/transcoding/await-slot.ts';

const request = { execution: 'e', attempt: '2026-03-04T05:06:07.890Z#001' };
const item = { status: 'validating', execution: 'e' } as const;

describe('An execution that asks for a slot', () => {
  it.each([
    ['of an upload that does not exist', undefined, 'superseded'],
    ['of another execution', { ...item, execution: 'f' }, 'superseded'],
    ['of an upload that is ready', { ...item, status: 'ready' }, 'superseded'],
    ['of an upload that is cancelled', { ...item, status: 'cancelled' }, 'superseded'],
    ['for the first time', item, 'queue'],
    ['after a review', { ...item, status: 'in_review' }, 'queue'],
    ['after its job was refused', { ...item, status: 'transcoding' }, 'queue'],
    [
      'again, in the queue',
      {
        ...item,
        status: 'transcoding',
        queueKey: '1',
        slotAttempt: `${request.attempt.slice(0, -1)}0`,
      },
      'renew',
    ],
    [
      'again, no longer in the queue',
      { ...item, status: 'transcoding', slotAttempt: '2026-03-04T05:06:07.889Z#009' },
      'queue',
    ],
    [
      'twice with one attempt',
      { ...item, status: 'transcoding', slotAttempt: request.attempt },
      'none',
    ],
    [
      'late, after a later attempt',
      {
        ...item,
        status: 'transcoding',
        queueKey: '1',
        slotAttempt: '2026-03-04T05:06:07.890Z#002',
      },
      'none',
    ],
  ] as const)('%s', (_, found, step) => {
    expect(slotStep(found, request)).toBe(step);
  });
});

describe('The place in a queue', () => {
  it('is that of the time, and in front of all others for an upload that has had a slot', () => {
    const at = '2026-03-04T05:06:07.890Z';
    const first = queueKeyOf({ uploadId: 'a', status: 'validating' }, at);
    const later = queueKeyOf({ uploadId: 'b', status: 'in_review' }, '2026-03-04T05:06:07.891Z');
    const again = queueKeyOf({ uploadId: 'c', status: 'transcoding' }, '2027-01-01T00:00:00.000Z');
    expect([later, first, again].sort()).toEqual([again, first, later]);
  });
});

describe('The time with a slot', () => {
  const now = Date.parse('2026-03-04T05:10:00.000Z');
  const timeline = [
    { at: '2026-03-04T05:00:00.000Z', to: 'validating', by: 'workflow' },
    { at: '2026-03-04T05:09:00.000Z', to: 'transcoding', by: 'workflow' },
  ] as const;

  it('begins with the start of an upload that has waited, otherwise with its status', () => {
    expect(heldSeconds({ timeline: [...timeline] }, now)).toBe(60);
    expect(heldSeconds({ slotAt: '2026-03-04T05:09:50.000Z', timeline: [...timeline] }, now)).toBe(
      10,
    );
    expect(heldSeconds({ timeline: [] }, now)).toBeUndefined();
    expect(heldSeconds({ slotAt: '2026-03-04T05:11:00.000Z', timeline: [] }, now)).toBe(0);
  });
});
