import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Clock, MovableClock } from '../shared/clock.ts';
import { listenOnLoopback } from '../shared/loopback.ts';
import type { Faults } from './faults.ts';
import { BadFaultRule, type FaultRuleInput } from './rule.ts';

/** Where the faults of a running cloud are told, and by which bearer token. */
export interface Control {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly faults: Faults;
  readonly clock: Clock;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  readonly token: string;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** Far more than any list of rules. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Opens the control endpoint; `packages/local-cloud/docs/faults.md` has its calls. Throws where the port is taken. */
export async function openControl(options: ControlOptions): Promise<Control> {
  const server = createServer((request, response) => {
    answer(request, options).then(
      (result) => write(response, result),
      (error: unknown) => write(response, refusalOf(error)),
    );
  });
  server.keepAliveTimeout = 65_000;
  const port = await listenOnLoopback(server, options.port, 0);
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

async function answer(request: IncomingMessage, options: ControlOptions): Promise<Answer> {
  if (!isAuthorized(request.headers.authorization, options.token)) {
    return refused(401, 'This endpoint wants the header "Authorization: Bearer <token>".');
  }
  const { faults } = options;
  const [, place = '', id] = (request.url ?? '').split('/');
  switch (`${request.method} ${place}${id === undefined ? '' : '/id'}`) {
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
    case 'POST clock':
      return moveClock(options.clock, await readJson(request));
    default:
      return refused(
        404,
        `There is no ${request.method} ${request.url} here; there are POST, GET and DELETE /faults, DELETE /faults/<id>, GET and DELETE /calls, POST /clock.`,
      );
  }
}

const advance = z.strictObject({ advanceMs: z.int().min(0) });

function moveClock(clock: Clock, input: unknown): Answer {
  if (!(clock instanceof MovableClock)) {
    return refused(409, 'This cloud was started with a clock that cannot be moved.');
  }
  const wanted = advance.safeParse(input);
  if (!wanted.success) {
    return refused(
      400,
      `The clock takes {"advanceMs": whole milliseconds, 0 or more}; got ${JSON.stringify(input)}.`,
    );
  }
  clock.advance(wanted.data.advanceMs);
  return { status: 200, body: { now: new Date(clock.now()).toISOString() } };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) {
      throw new BadFaultRule(`A body has ${MAX_BODY_BYTES} bytes at most.`);
    }
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

function refusalOf(error: unknown): Answer {
  if (error instanceof BadFaultRule) return refused(400, error.message);
  if (error instanceof SyntaxError) return refused(400, `The body is no JSON: ${error.message}`);
  return refused(500, String(error));
}

function refused(status: number, error: string): Answer {
  return { status, body: { error } };
}

function isAuthorized(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function write(response: ServerResponse, { status, body }: Answer): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
