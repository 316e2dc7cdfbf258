/** A successful upload: `waiting` → `uploaded` → `validating` → `in_review` → `transcoding` → `ready`. */
export const statuses = [
  'waiting',
  'uploaded',
  'validating',
  'in_review',
  'transcoding',
  'ready',
  'rejected',
  'failed',
  'cancelled',
  'expired',
] as const;

export type Status = (typeof statuses)[number];

/**
 * The allowed changes of the status. `waiting` can change to `validating` because the event of S3 can arrive before
 * the response to `complete`. An owner can delete an upload that has ended; its status is then `cancelled`.
 */
const TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  waiting: ['uploaded', 'validating', 'failed', 'cancelled', 'expired'],
  uploaded: ['validating', 'failed', 'cancelled'],
  validating: ['in_review', 'transcoding', 'rejected', 'failed', 'cancelled'],
  in_review: ['transcoding', 'rejected', 'failed', 'cancelled'],
  transcoding: ['ready', 'rejected', 'failed', 'cancelled'],
  ready: ['cancelled'],
  rejected: ['cancelled'],
  failed: ['cancelled'],
  expired: ['cancelled'],
  cancelled: [],
};

/** Processing has ended. Every one of them but `ready` has a reason. */
const terminalStatuses = ['ready', 'rejected', 'failed', 'cancelled', 'expired'] as const;

export type TerminalStatus = (typeof terminalStatuses)[number];

export function isStatus(value: string): value is Status {
  return (statuses as readonly string[]).includes(value);
}

export function isTerminal(status: Status): status is TerminalStatus {
  return (terminalStatuses as readonly Status[]).includes(status);
}

export function mayFollow(from: Status, to: Status): boolean {
  return TRANSITIONS[from].includes(to);
}

/** The statuses that can change to `to`: the condition of a write that sets `to`. */
export function predecessors(to: Status): readonly Status[] {
  return statuses.filter((from) => mayFollow(from, to));
}
