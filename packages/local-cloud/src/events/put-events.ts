import { ACCOUNT_ID, REGION } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { CloudEvent } from '../shared/events.ts';
import type { PutEventsEntry } from './requests.ts';

/** The limit for all entries of a request together. Raised from 256 KB to 1 MB in January 2026. */
export const MAX_REQUEST_BYTES = 1_048_576;

export type EntryResult =
  | { readonly EventId: string }
  | { readonly ErrorCode: string; readonly ErrorMessage: string };

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-calculate-entry-size */
export function checkSize(entries: readonly PutEventsEntry[]): void {
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > MAX_REQUEST_BYTES)
    throw new AwsError(
      'ValidationException',
      `Total size of the entries in the request is over the limit of ${MAX_REQUEST_BYTES} bytes; it is ${bytes}.`,
    );
}

function sizeOf({ Time, Source, DetailType, Detail, Resources }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  return bytes + (Time === undefined ? 0 : 14);
}

/** The event of an entry, or why the entry is refused. `now` in ms since the epoch. */
export function eventOf(
  entry: PutEventsEntry,
  id: string,
  now: number,
): CloudEvent | { readonly ErrorCode: string; readonly ErrorMessage: string } {
  for (const field of ['Source', 'DetailType', 'Detail'] as const)
    if (entry[field] === undefined || entry[field] === '')
      return invalid(`Parameter ${field} is not valid. Reason: ${field} is a required argument.`);
  const { Source = '', DetailType = '', Detail = '' } = entry;
  if (Source.startsWith('aws.'))
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  const detail = objectOf(Detail);
  if (detail === undefined)
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const time = new Date(entry.Time === undefined ? now : entry.Time * 1000);
  if (Number.isNaN(time.getTime())) return invalid('Parameter Time is not valid.');
  return {
    version: '0',
    id,
    'detail-type': DetailType,
    source: Source,
    account: ACCOUNT_ID,
    time: wholeSeconds(time),
    region: REGION,
    resources: entry.Resources ?? [],
    detail,
  };
}

/** `2026-01-02T03:04:05Z`. */
export function wholeSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function invalid(ErrorMessage: string) {
  return { ErrorCode: 'InvalidArgument', ErrorMessage };
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
