/** One line of what happened in the local cloud, as CloudTrail would tell it. */
export interface AuditEntry {
  /** ISO 8601 with milliseconds. */
  readonly time: string;
  /** The role's ARN, the service's name, `root` or `anonymous`. */
  readonly caller: string;
  /** For a service that acts by itself: what it acts for, as `aws:SourceArn` has it. */
  readonly sourceArn?: string;
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allowed' | 'denied';
}

export type RecordTrail = (entry: AuditEntry) => void;
