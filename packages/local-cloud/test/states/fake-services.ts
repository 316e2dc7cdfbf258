import { AwsError } from '../../src/shared/aws-error.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../../src/shared/service.ts';

/** A call that reached one of the services beside Step Functions, as whom. */
export interface Heard {
  readonly action: string;
  readonly caller: string;
  readonly body: Record<string, unknown>;
}

type Answer = (body: Record<string, unknown>) => unknown;

export interface FakeServices {
  readonly services: readonly Service[];
  readonly heard: Heard[];
  /** What `service:Action` answers, or throws. */
  on(action: string, answer: Answer): void;
  /** Resolves once the action was called `times` times. */
  called(action: string, times?: number): Promise<void>;
}

const JSON_SERVICES = [
  ['dynamodb', 'json-1.0'],
  ['sqs', 'json-1.0'],
  ['events', 'json-1.1'],
] as const;

/** The other services of the cloud, each call answered as the test says. */
export function fakeServices(): FakeServices {
  const heard: Heard[] = [];
  const answers = new Map<string, Answer>();
  const waiting: { action: string; times: number; go: () => void }[] = [];
  const count = (action: string) => heard.filter((each) => each.action === action).length;

  const handle = async (action: string, { caller, body }: ServiceRequest): Promise<unknown> => {
    const text = body.toString('utf8');
    const parsed = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const who = caller.kind === 'role' ? `${caller.roleArn}/${caller.sessionName}` : caller.kind;
    heard.push({ action, caller: who, body: parsed });
    for (const { times, go, ...each } of waiting)
      if (each.action === action && count(action) >= times) go();
    const answer = answers.get(action);
    if (answer === undefined) throw new AwsError('UnexpectedCallException', action, 400);
    return answer(parsed);
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
      const answer = await handle(`lambda:${name}`, request);
      const failed = typeof answer === 'object' && answer !== null && 'errorMessage' in answer;
      return json(200, answer, {
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
      const answer = await handle(`mediaconvert:${action}`, {
        ...request,
        body: id === undefined ? request.body : Buffer.from(JSON.stringify({ id })),
      });
      return json(action === 'CreateJob' ? 201 : 200, answer);
    },
  };
  return {
    services: [...targeted, lambda, mediaconvert],
    heard,
    on: (action, answer) => answers.set(action, answer),
    called: (action, times = 1) =>
      count(action) >= times
        ? Promise.resolve()
        : new Promise((go) => waiting.push({ action, times, go })),
  };
}
