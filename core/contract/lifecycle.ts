/** A successful upload: `waiting` → `uploaded` → `validating` → `in_review` → `transcoding` → `ready`. */
export const statuses = [
  'waiting',
  'uploaded',
  'validating',
  'in_review',
  'transcoding',
  'ready',
  'removed',
  'rejected',
  'failed',
  'cancelled',
  'expired',
] as const;

export type Status = (typeof statuses)[number];

/**
 * The allowed changes of the status. `waiting` can change to `validating` because the event of S3 can arrive before
 * the response to `complete`. An owner can delete an upload that has ended; its status is then `cancelled`. A failed
 * upload that is tried again has the status of the step that failed. A moderator can remove a ready video, and restore it.
 */
const TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  waiting: ['uploaded', 'validating', 'failed', 'cancelled', 'expired'],
  uploaded: ['validating', 'failed', 'cancelled'],
  validating: ['in_review', 'transcoding', 'rejected', 'failed', 'cancelled'],
  in_review: ['transcoding', 'rejected', 'failed', 'cancelled'],
  transcoding: ['ready', 'rejected', 'failed', 'cancelled'],
  ready: ['removed', 'cancelled'],
  removed: ['ready', 'cancelled'],
  rejected: ['cancelled'],
  failed: ['validating', 'in_review', 'transcoding', 'cancelled'],
  expired: ['cancelled'],
  cancelled: [],
};

/** The upload has ended without a video. Each of these has a reason. */
const unsuccessfulStatuses = ['rejected', 'failed', 'cancelled', 'expired'] as const;

export type UnsuccessfulStatus = (typeof unsuccessfulStatuses)[number];

/** Processing has ended. Of these, only `failed` can be processed again, by a retry. A removed video can be restored. */
const terminalStatuses = ['ready', 'removed', ...unsuccessfulStatuses] as const;

/** The upload was given up before its file was processed, or deleted by its owner. */
const withdrawnStatuses = ['cancelled', 'expired'] as const;

/** The upload has ended, and its files stay: a video, or the source of one that support has to examine. */
const keepingStatuses = ['ready', 'removed', 'failed'] as const;

export type TerminalStatus = (typeof terminalStatuses)[number];

export function isStatus(value: string): value is Status {
  return (statuses as readonly string[]).includes(value);
}

export function isTerminal(status: Status): status is TerminalStatus {
  return (terminalStatuses as readonly Status[]).includes(status);
}

export function isUnsuccessful(status: Status): status is UnsuccessfulStatus {
  return (unsuccessfulStatuses as readonly Status[]).includes(status);
}

export function isWithdrawn(status: Status): status is (typeof withdrawnStatuses)[number] {
  return (withdrawnStatuses as readonly Status[]).includes(status);
}

/** Whether what an ended upload has stored stays. The files of all others are deleted. */
export function keepsFiles(status: TerminalStatus): boolean {
  return (keepingStatuses as readonly Status[]).includes(status);
}

export function mayFollow(from: Status, to: Status): boolean {
  return TRANSITIONS[from].includes(to);
}

/** The statuses that can change to `to`: the condition of a write that sets `to`. */
export function predecessors(to: Status): readonly Status[] {
  return statuses.filter((from) => mayFollow(from, to));
}
