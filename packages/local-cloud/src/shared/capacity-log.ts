/** What one request to DynamoDB consumed of one table with its indexes. */
export interface CapacityEntry {
  /** ISO 8601 with milliseconds. */
  readonly time: string;
  /** As in the audit log: the ARN of a role, the name of a service, `root` or `anonymous`. */
  readonly caller: string;
  /** Without the service's prefix: `PutItem`. */
  readonly operation: string;
  readonly table: string;
  /** Units as AWS bills them on demand, of the table and its indexes together. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

export type RecordCapacity = (entry: CapacityEntry) => void;
