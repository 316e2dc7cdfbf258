import { AwsError } from '../../src/shared/aws-error.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../../src/shared/service.ts';

/** A call of another service, with its caller. */
export interface Heard {
  readonly action: string;
  readonly caller: string;
  readonly body: Record<string, unknown>;
}

type Respond = (body: Record<string, unknown>) => unknown;

export interface FakeServices {
  readonly services: readonly Service[];
  readonly heard: Heard[];
  /** Sets the response of `service:Action`; `respond` can throw. */
  on(action: string, respond: Respond): void;
  /** Resolves when the action has been called `times` times. */
  called(action: string, times?: number): Promise<void>;
}

const JSON_SERVICES = [
  ['dynamodb', 'json-1.0'],
  ['sqs', 'json-1.0'],
  ['events', 'json-1.1'],
] as const;

/** The other services of the cloud, with the responses of the test. */
export function fakeServices(): FakeServices {
  const heard: Heard[] = [];
  const responses = new Map<string, Respond>();
  const waiting: { action: string; times: number; go: () => void }[] = [];
  const count = (action: string) => heard.filter((each) => each.action === action).length;

  const handle = async (action: string, { caller, body }: ServiceRequest): Promise<unknown> => {
    const text = body.toString('utf8');
    const parsed = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const who = caller.kind === 'role' ? `${caller.roleArn}/${caller.sessionName}` : caller.kind;
    heard.push({ action, caller: who, body: parsed });
    for (const { times, go, ...each } of waiting)
      if (each.action === action && count(action) >= times) go();
    const respond = responses.get(action);
    if (respond === undefined) throw new AwsError('UnexpectedCallException', action, 400);
    return respond(parsed);
  };

  const json = (status: number, body: unknown, headers = {}): ServiceResponse => ({
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

  const targeted = JSON_SERVICES.map(
    ([signingName, protocol]): Service => ({
      signingName,
      protocol,
      handle: async (request) => {
        const action = (request.headers['x-amz-target'] ?? '').split('.').at(-1);
        return json(200, await handle(`${signingName}:${action}`, request));
      },
    }),
  );
  const lambda: Service = {
    signingName: 'lambda',
    protocol: 'rest-json',
    handle: async (request) => {
      const name = decodeURIComponent(request.path.split('/')[3] ?? '')
        .split(':')
        .at(-1);
      const result = await handle(`lambda:${name}`, request);
      const failed = typeof result === 'object' && result !== null && 'errorMessage' in result;
      return json(200, result, {
        'x-amz-executed-version': '$LATEST',
        ...(failed ? { 'x-amz-function-error': 'Unhandled' } : {}),
      });
    },
  };
  const mediaconvert: Service = {
    signingName: 'mediaconvert',
    protocol: 'rest-json',
    handle: async (request) => {
      const id = request.path.split('/')[3];
      const action = { POST: 'CreateJob', GET: 'GetJob', DELETE: 'CancelJob' }[request.method];
      const result = await handle(`mediaconvert:${action}`, {
        ...request,
        body: id === undefined ? request.body : Buffer.from(JSON.stringify({ id })),
      });
      return json(action === 'CreateJob' ? 201 : 200, result);
    },
  };
  return {
    services: [...targeted, lambda, mediaconvert],
    heard,
    on: (action, respond) => responses.set(action, respond),
    called: (action, times = 1) =>
      count(action) >= times
        ? Promise.resolve()
        : new Promise((go) => waiting.push({ action, times, go })),
  };
}
