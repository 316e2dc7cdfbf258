/** One authorization decision. */
export interface AuditEntry {
  /** ISO 8601 with milliseconds. */
  readonly time: string;
  /** The role's ARN, the service's name, `root` or `anonymous`. */
  readonly caller: string;
  /** For a call by a service: the resource that it acts for (`aws:SourceArn`). */
  readonly sourceArn?: string;
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allowed' | 'denied';
}

export type RecordAuditEntry = (entry: AuditEntry) => void;
