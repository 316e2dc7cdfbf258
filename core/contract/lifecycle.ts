/** An upload's way: `waiting` → `uploaded` → `validating` → `in_review` → `transcoding` → `ready`. */
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
 * Which status may follow which. `waiting` may go to `validating` because S3's event can be faster than the
 * answer to `complete`. What has ended can still be deleted by its owner: it then is `cancelled`.
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

/** Nothing happens any more by itself; every one but `ready` carries a reason. */
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

/** The statuses that `to` may follow: what a conditional write of `to` has to require. */
export function predecessors(to: Status): readonly Status[] {
  return statuses.filter((from) => mayFollow(from, to));
}
