import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import type { DynamoDbEngine } from './engine.ts';
import { AwsError } from './shared.ts';
import { operationOf } from './targets.ts';

/** The largest requests have 16 MB of items; base64 makes them longer. */
const MAX_BODY_BYTES = 24 * 1024 * 1024;
const CONTENT_TYPE = 'application/x-amz-json-1.0';

/**
 * The engine alone over HTTP, for conformance runs: DynamoDB's JSON protocol without signatures and
 * permissions. Open it with `listenOnLoopback`.
 */
export function createDynamoDbServer(engine: DynamoDbEngine, newRequestId: () => string): Server {
  return createServer((request, response) => {
    respond(engine, newRequestId(), request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

async function respond(
  engine: DynamoDbEngine,
  requestId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const { status, body } = resultOf(engine, target, await readBody(request));
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': CONTENT_TYPE,
    'content-length': Buffer.byteLength(text),
    'x-amz-crc32': crc32(text),
    'x-amzn-requestid': requestId,
  });
  // Node sends the head and a text in one packet, and a buffer in another one.
  response.end(text);
}

/** Undefined for a body over the limit, the rest of which is discarded. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    // Not `for await`, which takes longer than GetItem itself.
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('error', reject);
    request.on('end', () =>
      resolve(length <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString() : undefined),
    );
  });
}

function resultOf(engine: DynamoDbEngine, target: string, text: string | undefined) {
  try {
    if (text === undefined) {
      throw new AwsError(
        'RequestEntityTooLargeException',
        `The request is larger than the limit of ${MAX_BODY_BYTES} bytes.`,
        413,
      );
    }
    return { status: 200, body: engine.execute(operationOf(target), parse(text)) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, status, members } = error;
    const namespace =
      code === 'ValidationException' || code === 'SerializationException'
        ? 'com.amazon.coral.validate'
        : 'com.amazonaws.dynamodb.v20120810';
    return { status, body: { __type: `${namespace}#${code}`, message, ...members } };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError('SerializationException', 'The request is not JSON.');
  }
}
