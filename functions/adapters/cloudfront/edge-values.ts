import {
  CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ResourceNotFoundException,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// The data API accepts SigV4A alone; the package registers the signer. The other one of the SDK is native code.
import '@aws-sdk/signature-v4a';
import { TransientError } from '../../../core/transient-error.ts';
import type { EdgeValues } from '../../ports/playback.ts';
import { bind } from '../bind.ts';
import { classifyErrors } from '../transient-errors.ts';

/** A key value store, and the client that reaches it. */
export interface KeyValueStore {
  readonly client: Pick<CloudFrontKeyValueStoreClient, 'send'>;
  readonly arn: string;
}

export function keyValueStoreClient(): CloudFrontKeyValueStoreClient {
  return classifyErrors(new CloudFrontKeyValueStoreClient());
}

/** The store that a function's environment names; undefined where videos are not delivered. */
export function edgeWith({
  KEY_VALUE_STORE_ARN: arn,
}: {
  readonly KEY_VALUE_STORE_ARN: string | undefined;
}): EdgeValues | undefined {
  if (arn === undefined) return undefined;
  return bind(
    { client: keyValueStoreClient(), arn },
    { get: getEdgeValue, update: updateEdgeValues },
  );
}

export async function getEdgeValue(
  { client, arn }: KeyValueStore,
  name: string,
): Promise<string | undefined> {
  try {
    const { Value } = await client.send(new GetKeyCommand({ KvsARN: arn, Key: name }));
    return Value;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Writers meet seldom: keys change once in weeks, and removals are decisions of people. */
const MAX_ATTEMPTS = 5;

/** The ETag is the whole store's: another writer between read and write makes the write fail, and it is repeated. */
export async function updateEdgeValues(
  { client, arn }: KeyValueStore,
  change: Parameters<EdgeValues['update']>[0],
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: arn }));
    try {
      await client.send(
        new UpdateKeysCommand({
          KvsARN: arn,
          IfMatch: ETag,
          Puts: Object.entries(change.put ?? {}).map(([Key, Value]) => ({ Key, Value })),
          Deletes: (change.delete ?? []).map((Key) => ({ Key })),
        }),
      );
      return;
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
      if (attempt === MAX_ATTEMPTS) throw new TransientError(error.message, { cause: error });
    }
  }
}
