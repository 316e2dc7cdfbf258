/** One line of what happened in the local cloud, as CloudTrail would tell it. */
export interface TrailEntry {
  /** ISO 8601 with milliseconds. */
  readonly time: string;
  /** The role's ARN, the service's name, `root` or `anonymous`. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allowed' | 'denied';
}

export type RecordTrail = (entry: TrailEntry) => void;
