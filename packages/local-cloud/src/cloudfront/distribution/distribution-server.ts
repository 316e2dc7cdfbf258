import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../shared/clock.ts';
import { capitalized } from '../functions/headers.ts';
import { type EdgeResponse, edgeError } from './edge-response.ts';
import type { ObjectFetcher } from './fetch-object.ts';
import type { HostedDistribution } from './hosted-distribution.ts';
import { respond } from './respond.ts';

export interface ServerTools {
  readonly clock: Clock;
  readonly random: () => string;
  readonly fetcher: ObjectFetcher;
  /** Called for errors of the local cloud itself; the viewer gets a 502. */
  readonly onError: (error: unknown) => void;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-general */
const MAX_HEADER_BYTES = 32_768;
const MAX_URL = 8192;

/** Codes of a response whose connection the viewer has closed. */
const VIEWER_GONE = ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'EPIPE', 'ECONNRESET'];

/** The HTTP server of one distribution. It calls `distribution` for every request, since a template can change it. */
export function distributionServer(
  tools: ServerTools,
  distribution: () => HostedDistribution,
): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (message, response) => {
    handle(tools, distribution(), message, response).catch((error: unknown) => {
      tools.onError(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 65_000;
  return server;
}

async function handle(
  tools: ServerTools,
  distribution: HostedDistribution,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = createHash('sha256').update(tools.random()).digest('base64url');
  // A refused body is discarded, so that the viewer reads the response.
  message.resume();
  const edge = await responseTo(tools, distribution, message, requestId);
  const { traffic, id } = distribution;
  traffic.countResponse(edge.result);
  const length = Number(edge.headers['content-length']?.[0] ?? 0);
  const hasBody = message.method !== 'HEAD' && edge.status !== 304 && edge.status !== 204;
  if (hasBody) traffic.countBytes(edge.result, length);
  response.statusCode = edge.status;
  if (edge.statusDescription) response.statusMessage = edge.statusDescription;
  const own = {
    date: [new Date(tools.clock.now()).toUTCString()],
    'x-cache': [`${edge.result} from cloudfront`],
    via: [`1.1 ${id.toLowerCase()}.cloudfront.net (CloudFront)`],
    'x-amz-cf-pop': ['LOCAL1-P1'],
    'x-amz-cf-id': [requestId],
  };
  for (const [name, values = []] of Object.entries({ ...edge.headers, ...own }))
    response.setHeader(capitalized(name), values.length === 1 ? (values[0] ?? '') : [...values]);
  await send(response, hasBody ? edge.body : undefined);
}

async function responseTo(
  tools: ServerTools,
  distribution: HostedDistribution,
  message: IncomingMessage,
  requestId: string,
): Promise<EdgeResponse> {
  const { url = '/', method = 'GET', headersDistinct: headers } = message;
  if (url.length > MAX_URL) return edgeError(414, `A URL has at most ${MAX_URL} bytes.`);
  if (!url.startsWith('/')) return edgeError(400, 'The request line must have a path.');
  const mark = url.indexOf('?');
  try {
    return await respond(distribution, tools.fetcher, {
      method,
      path: mark < 0 ? url : url.slice(0, mark),
      query: mark < 0 ? '' : url.slice(mark + 1),
      headers,
      requestId,
      viewerIp: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
      hasBody:
        headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0,
    });
  } catch (error) {
    tools.onError(error);
    return edgeError(502, "CloudFront wasn't able to connect to the origin.");
  }
}

async function send(response: ServerResponse, body: EdgeResponse['body']): Promise<void> {
  if (body === undefined || body instanceof Buffer) {
    response.end(body);
    return;
  }
  try {
    await pipeline(Readable.from(body, { objectMode: false }), response);
  } catch (error) {
    // The response must not look complete.
    response.destroy();
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!VIEWER_GONE.includes(code)) throw error;
  }
}
