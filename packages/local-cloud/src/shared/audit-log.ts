/** One authorization decision. */
export interface AuditEntry {
  /** ISO 8601 with milliseconds. */
  readonly time: string;
  /** The ARN of a role, the name of a service, `root` or `anonymous`. */
  readonly caller: string;
  /** For a call by a service: the resource that it acts for (`aws:SourceArn`). */
  readonly sourceArn?: string;
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allowed' | 'denied';
}

export type RecordAuditEntry = (entry: AuditEntry) => void;
