import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createEndpoint } from '../../src/endpoint/endpoint.ts';
import { REGION } from '../../src/shared/account.ts';
import {
  type AuthorizationRequest,
  type Authorize,
  allowEverySignedCaller,
  type Caller,
  type Credentials,
} from '../../src/shared/caller.ts';
import { MovableClock, systemClock } from '../../src/shared/clock.ts';
import type { CloudEvent } from '../../src/shared/events.ts';
import { createStates, type States } from '../../src/states/create-states.ts';
import { type FakeServices, fakeServices } from './fake-services.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/workflow';

const CALLER: Credentials = { accessKeyId: 'AKIATESTSTATES', secretAccessKey: 'secret' };

export interface Started {
  readonly states: States;
  readonly client: SFNClient;
  readonly clock: MovableClock;
  readonly fakes: FakeServices;
  readonly emitted: CloudEvent[];
  readonly authorized: AuthorizationRequest[];
  readonly dataDir: string;
  readonly logFile: string;
  create(definition: object, more?: object): Promise<string>;
  /** Creates a state machine and starts an execution. */
  run(definition: object, input?: unknown): Promise<string>;
  /** Resolves when the execution has ended. */
  ended(executionArn: string): Promise<DescribeExecutionCommandOutput>;
  history(executionArn: string): Promise<HistoryEvent[]>;
  /** Resolves when the history has an event of the type. */
  waitForType(executionArn: string, type: string): Promise<void>;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly dataDir?: string;
  readonly authorize?: Authorize;
  readonly fakes?: FakeServices;
  readonly clock?: MovableClock;
}

/** Step Functions behind the real endpoint, with SDK clients on both sides. */
export async function startStates(options: StartOptions = {}): Promise<Started> {
  const {
    dataDir = mkdtempSync(join(tmpdir(), 'states-')),
    fakes = fakeServices(),
    clock = new MovableClock(),
    authorize = allowEverySignedCaller,
  } = options;
  const emitted: CloudEvent[] = [];
  const authorized: AuthorizationRequest[] = [];
  let endpoint = '';
  const known = new Map<string, { credentials: Credentials; caller: Caller }>([
    [CALLER.accessKeyId, { credentials: CALLER, caller: { kind: 'root' } }],
  ]);
  const logFile = join(dataDir, 'logs', 'executions.ndjson');
  const states = createStates({
    dataDir,
    clock,
    logFile,
    authorize: (request) => {
      authorized.push(request);
      authorize(request);
    },
    emit: (event) => emitted.push(event),
    endpoints: () => ({ endpoint, s3Endpoint: endpoint }),
    readAsset: async (bucket, key) => {
      throw new Error(`no asset ${bucket}/${key}`);
    },
    credentialsFor: (roleArn, sessionName) => {
      const credentials = {
        accessKeyId: `ASIA${known.size}`,
        secretAccessKey: 's',
        sessionToken: 't',
      };
      known.set(credentials.accessKeyId, {
        credentials,
        caller: { kind: 'role', roleArn, sessionName },
      });
      return credentials;
    },
  });
  const server = createEndpoint({
    services: [states.service, ...fakes.services],
    credentials: { find: (id) => known.get(id) },
    // Signatures have the real time, also if the clock of the engine is moved.
    clock: systemClock,
    newId: randomUUID,
    onError: (error) => process.stderr.write(`${String(error)}\n`),
  });
  endpoint = await server.listen(0);
  const client = new SFNClient({ endpoint, region: REGION, credentials: CALLER, maxAttempts: 1 });

  const create = async (definition: object, more: object = {}) => {
    const { stateMachineArn = '' } = await client.send(
      new CreateStateMachineCommand({
        name: `machine-${randomUUID()}`,
        definition: JSON.stringify(definition),
        roleArn: ROLE,
        ...more,
      }),
    );
    return stateMachineArn;
  };
  const history = async (executionArn: string) => {
    const { events = [] } = await client.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
    );
    return events;
  };
  return {
    states,
    client,
    clock,
    fakes,
    emitted,
    authorized,
    dataDir,
    logFile,
    create,
    run: async (definition, input = {}) => {
      const { executionArn = '' } = await client.send(
        new StartExecutionCommand({
          stateMachineArn: await create(definition),
          input: JSON.stringify(input),
        }),
      );
      return executionArn;
    },
    ended: async (executionArn) => {
      for (;;) {
        const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (execution.status !== 'RUNNING') return execution;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    history,
    waitForType: async (executionArn, type) => {
      while (!(await history(executionArn)).some((event) => event.type === type))
        await new Promise((resolve) => setTimeout(resolve, 5));
    },
    close: async () => {
      client.destroy();
      await server.close();
      await states.close();
    },
  };
}

/** A definition of one task in JSONata. */
export function taskDefinition(Resource: string, Arguments: unknown, more: object = {}): object {
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Work',
    States: { Work: { Type: 'Task', Resource, Arguments, End: true, ...more } },
  };
}
