import { asAssumed, differs, type Row, unknown } from '../row.ts';

export const emptyQueues: Row = {
  id: 'empty-queues',
  assumption: 'No event is undeliverable, and no function fails for an event.',
  observe({ queues: { problem, undelivered, failed } }) {
    if (problem !== undefined) return unknown(problem);
    const seen = `${undelivered} undelivered events, ${failed} failed invocations.`;
    return undelivered === 0 && failed === 0 ? asAssumed(seen) : differs(seen);
  },
  followsIfDiffers:
    'Read the messages as docs/guides/operate.md describes: ERROR_CODE NO_PERMISSIONS names a policy that AWS evaluates otherwise than expected. Messages from before this run count too.',
};
