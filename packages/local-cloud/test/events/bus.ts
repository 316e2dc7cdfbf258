import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEvents, type EventsOptions } from '../../src/events/events.ts';
import type { AwsError } from '../../src/shared/aws-error.ts';
import { allowEverySignedCaller, type Caller } from '../../src/shared/caller.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import type { CloudEvent } from '../../src/shared/events.ts';

export const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:target';
export const DEAD = 'arn:aws:sqs:us-east-1:000000000000:dead';
export const ROLE = 'arn:aws:iam::000000000000:role/starter';

export interface Sent {
  readonly queueArn: string;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly caller: Caller;
}

/**
 * The engine with targets that the test implements. `refuse` makes them fail; `attempts` has the ARN of every
 * call, also of failed ones.
 */
export function eventBench(more: Partial<EventsOptions> = {}) {
  const clock = new MovableClock();
  const dataDir = mkdtempSync(join(tmpdir(), 'events-'));
  const sent: Sent[] = [];
  const invoked: Parameters<EventsOptions['invoke']>[0][] = [];
  const dropped: Parameters<EventsOptions['onDropped']>[0][] = [];
  const refuse = new Map<string, AwsError>();
  const attempts: string[] = [];
  const options: EventsOptions = {
    dataDir,
    clock,
    random: randomUUID,
    authorize: allowEverySignedCaller,
    endpoint: () => 'http://127.0.0.1:1',
    credentialsFor: () => ({ accessKeyId: 'ASIAX', secretAccessKey: 's', sessionToken: 't' }),
    invoke: async (call) => {
      attempts.push(call.functionArn);
      const error = refuse.get(call.functionArn);
      if (error) throw error;
      invoked.push(call);
    },
    sendToQueue: (queueArn, message, caller) => {
      attempts.push(queueArn);
      const error = refuse.get(queueArn);
      if (error) throw error;
      sent.push({ queueArn, ...message, caller });
    },
    onDropped: (one) => void dropped.push(one),
    ...more,
  };
  const open = () => {
    const events = createEvents(options);
    const provide = async (type: string, logicalId: string, properties: object) => {
      const provider = events.providers.find((one) => one.type === `AWS::Events::${type}`);
      if (provider === undefined) throw new Error(`No provider for ${type}.`);
      return await provider.provide({
        stackName: 'test',
        logicalId,
        physicalName: `test-${logicalId}`,
        properties: provider.properties.parse(properties),
        metadata: {},
      });
    };
    const rule = (logicalId: string, properties: object) => provide('Rule', logicalId, properties);
    /** Calls the JSON API like the endpoint does. */
    const call = async (operation: string, input: object, caller: Caller = { kind: 'root' }) => {
      const { body } = await events.service.handle({
        caller,
        method: 'POST',
        path: '/',
        query: new URLSearchParams(),
        headers: { 'x-amz-target': `AWSEvents.${operation}` },
        body: Buffer.from(JSON.stringify(input)),
      });
      return JSON.parse(String(body));
    };
    return { events, provide, rule, call };
  };
  return { ...open(), open, clock, sent, invoked, dropped, refuse, attempts };
}

let count = 0;
export function someEvent(more: Partial<CloudEvent> = {}): CloudEvent {
  count += 1;
  return {
    version: '0',
    id: `event-${count}`,
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time: '2026-01-02T03:04:05Z',
    region: 'us-east-1',
    resources: [],
    detail: { n: count },
    ...more,
  };
}

/** A Step Functions that only records its requests. Each of `failures` is the response to one of them. */
export async function startStates() {
  const requests: { authorization: string; date: string; input: Record<string, unknown> }[] = [];
  const failures: { status: number; type: string }[] = [];
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { authorization = '', 'x-amz-date': date } = request.headers;
    requests.push({ authorization, date: String(date), input: JSON.parse(text) });
    const failure = failures.shift();
    const body = failure
      ? { __type: failure.type, message: 'no' }
      : { executionArn: 'arn:e', startDate: 1 };
    response.writeHead(failure?.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, requests, failures, close };
}
