import type { IncomingMessage } from 'node:http';
import { AwsError } from '../shared/aws-error.ts';

/** The largest requests are DynamoDB's BatchWriteItem and BatchGetItem with 16 MB; base64 makes them longer. */
export const MAX_BODY_BYTES = 24 * 1024 * 1024;

/** Reads the whole body. Throws RequestEntityTooLargeException (413) when it exceeds the limit. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const encoding = message.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AwsError(
      'UnsupportedMediaType',
      `Content-Encoding ${encoding} is not supported; send the body without encoding.`,
      415,
    );
  }
  // Checked before the body is read: a response to an unfinished body would cut the connection.
  if (Number(message.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  // On an error the connection stays open for the response.
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    `The request is larger than the limit of ${MAX_BODY_BYTES} bytes.`,
    413,
  );
}
