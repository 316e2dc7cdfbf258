import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import type { DynamoDbEngine } from './engine.ts';
import { AwsError } from './shared.ts';
import { operationOf } from './targets.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';

/**
 * The engine alone over HTTP, for conformance runs: DynamoDB's JSON protocol without signatures and
 * permissions. Listen on 127.0.0.1 only.
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
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const target = String(request.headers['x-amz-target'] ?? '');
  const { status, body } = resultOf(engine, target, Buffer.concat(chunks).toString());
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': CONTENT_TYPE,
    'content-length': bytes.length,
    'x-amz-crc32': crc32(bytes),
    'x-amzn-requestid': requestId,
  });
  response.end(bytes);
}

function resultOf(engine: DynamoDbEngine, target: string, text: string) {
  try {
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
