import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Clock, MovableClock } from '../shared/clock.ts';
import { listenOnLoopback } from '../shared/loopback.ts';
import type { Faults } from './faults.ts';
import { BadFaultRule, type FaultRuleInput } from './rule.ts';

/** The HTTP endpoint that controls the faults of a running cloud; each request needs the bearer token. */
export interface Control {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly faults: Faults;
  readonly clock: Clock;
  /** On 127.0.0.1; 0 selects a free port. */
  readonly port: number;
  readonly token: string;
  /** Counters of CloudFront. */
  readonly cloudFrontReport?: () => unknown;
}

interface ControlResponse {
  readonly status: number;
  readonly body?: unknown;
}

/** Much larger than any useful list of rules. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Opens the control endpoint; docs/faults.md lists its operations. Throws if the port is in use. */
export async function openControl(options: ControlOptions): Promise<Control> {
  const server = createServer((request, response) => {
    respond(request, options)
      .catch(refusalOf)
      .then((result) => {
        // The rest of a refused body is discarded, so that the client reads the response.
        if (!request.complete) request.resume();
        write(response, result);
      })
      .catch(() => response.destroy());
  });
  server.keepAliveTimeout = 65_000;
  const port = await listenOnLoopback(server, options.port);
  return {
    url: `http://127.0.0.1:${port}`,
    token: options.token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  options: ControlOptions,
): Promise<ControlResponse> {
  if (!isAuthorized(request.headers.authorization, options.token)) {
    return refused(401, 'The request needs the header "Authorization: Bearer <token>".');
  }
  const { faults } = options;
  const [, collection = '', id] = (request.url ?? '').split('/');
  switch (`${request.method} ${collection}${id === undefined ? '' : '/id'}`) {
    case 'POST faults': {
      const rules = [await readJson(request)].flat() as FaultRuleInput[];
      return { status: 201, body: { rules: faults.add(rules) } };
    }
    case 'GET faults':
      return { status: 200, body: { rules: faults.rules() } };
    case 'DELETE faults':
    case 'DELETE faults/id':
      return faults.remove(id) ? { status: 204 } : refused(404, `There is no rule ${id}.`);
    case 'GET calls':
      return { status: 200, body: faults.calls() };
    case 'DELETE calls':
      faults.forgetCalls();
      return { status: 204 };
    case 'GET cloudfront':
      return { status: 200, body: options.cloudFrontReport?.() ?? {} };
    case 'POST clock':
      return moveClock(options.clock, await readJson(request));
    default:
      return refused(
        404,
        `${request.method} ${request.url} does not exist. Use POST, GET or DELETE /faults, DELETE /faults/<id>, GET or DELETE /calls, GET /cloudfront, POST /clock.`,
      );
  }
}

const advance = z.strictObject({ advanceMs: z.int().min(0) });

function moveClock(clock: Clock, input: unknown): ControlResponse {
  if (!(clock instanceof MovableClock)) {
    return refused(409, 'This cloud was started with a clock that cannot be moved.');
  }
  const parsed = advance.safeParse(input);
  if (!parsed.success) {
    return refused(
      400,
      `Expected {"advanceMs": an integer in milliseconds, 0 or more}; got ${JSON.stringify(input)}.`,
    );
  }
  clock.advance(parsed.data.advanceMs);
  return { status: 200, body: { now: new Date(clock.now()).toISOString() } };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  // On an error the connection stays open for the response.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) {
      throw new BadFaultRule(`The body is larger than the limit of ${MAX_BODY_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

function refusalOf(error: unknown): ControlResponse {
  if (error instanceof BadFaultRule) return refused(400, error.message);
  if (error instanceof SyntaxError)
    return refused(400, `The body is not valid JSON: ${error.message}`);
  return refused(500, String(error));
}

function refused(status: number, error: string): ControlResponse {
  return { status, body: { error } };
}

function isAuthorized(header: string | undefined, token: string): boolean {
  const actual = Buffer.from(header ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function write(response: ServerResponse, { status, body }: ControlResponse): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
