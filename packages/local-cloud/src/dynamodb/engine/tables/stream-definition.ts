import { arn } from '../shared.ts';

export type StreamViewType = 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY';

/** The latest stream of a table, as the table's definition has it; it stays after the stream is disabled. */
export interface StreamDefinition {
  readonly id: number;
  /** The time of its creation as text, which distinguishes the streams of one table. */
  readonly label: string;
  readonly createdAt: number;
  readonly viewType: StreamViewType;
  readonly enabled: boolean;
}

export function streamArn(tableName: string, label: string): string {
  return arn('dynamodb', `table/${tableName}/stream/${label}`);
}

/** AWS's sequence numbers have 21 to 40 digits. */
const DIGITS = 20;

/** @param position of a record; sequence numbers have the order of positions */
export function sequenceNumber(position: number): string {
  return `1${String(position).padStart(DIGITS, '0')}`;
}

/** Undefined for what is not a sequence number of this engine. */
export function positionOf(sequence: string): number | undefined {
  return /^1\d{20}$/.test(sequence) ? Number(sequence.slice(1)) : undefined;
}
