import { validationError } from '../errors.ts';
import { readRequest } from '../requests/read-request.ts';
import { describeStream, getRecords, getShardIterator } from '../requests/stream-requests.ts';
import { AwsError } from '../shared.ts';

/** A place in a shard, which GetRecords reads from. */
export interface ShardIterator {
  readonly streamArn: string;
  /** The position behind which to read. */
  readonly behind: number;
  /** When it was made, in ms since the epoch. */
  readonly madeAt: number;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html */
const LIFETIME_MS = 15 * 60 * 1000;

/** In the form of AWS's: the stream's ARN, then what only the service reads. */
export function iteratorText({ streamArn, behind, madeAt }: ShardIterator): string {
  return `${streamArn}|1|${Buffer.from(`${behind} ${madeAt}`).toString('base64')}`;
}

export function readIterator(text: string): ShardIterator {
  const [streamArn = '', , place = ''] = text.split('|');
  const numbers = /^(\d{1,15}) (\d{1,15})$/.exec(Buffer.from(place, 'base64').toString());
  if (streamArn === '' || numbers === null) {
    throw validationError('Invalid ShardIterator: expected one of GetShardIterator or GetRecords');
  }
  return { streamArn, behind: Number(numbers[1]), madeAt: Number(numbers[2]) };
}

export function assertFresh({ madeAt }: ShardIterator, now: number): void {
  if (now - madeAt <= LIFETIME_MS) return;
  throw new AwsError(
    'ExpiredIteratorException',
    'The shard iterator has expired and can no longer be used to retrieve stream records. A shard iterator expires 15 minutes after it is retrieved using the GetShardIterator action.',
  );
}

/** The ARN of the stream that a request reads; undefined for an operation that is not about one stream. */
export function streamOf(operation: string, body: unknown): string | undefined {
  if (operation === 'GetRecords') {
    return readIterator(readRequest(getRecords, body).ShardIterator).streamArn;
  }
  if (operation === 'DescribeStream') return readRequest(describeStream, body).StreamArn;
  if (operation === 'GetShardIterator') return readRequest(getShardIterator, body).StreamArn;
  return undefined;
}
