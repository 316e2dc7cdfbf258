import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { FUNCTION } from './execute.ts';
import { ROLE } from './start-states.ts';

interface Host {
  readonly client: SFNClient;
  kill(): Promise<void>;
}

const hosts: ChildProcess[] = [];
afterEach(() => {
  for (const child of hosts.splice(0)) child.kill('SIGKILL');
});

/** One process of the engine on a data folder. */
async function live(dataDir: string, life: number): Promise<Host> {
  const script = fileURLToPath(new URL('./host-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir, String(life)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  hosts.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  const client = new SFNClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATESTSTATES', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  return {
    client,
    kill: async () => {
      client.destroy();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function start({ client }: Host, definition: object): Promise<string> {
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({
      name: 'm',
      definition: JSON.stringify(definition),
      roleArn: ROLE,
    }),
  );
  const { executionArn = '' } = await client.send(new StartExecutionCommand({ stateMachineArn }));
  return executionArn;
}

async function historyOf({ client }: Host, executionArn: string): Promise<HistoryEvent[]> {
  const { events = [] } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
  );
  return events;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const endOf = (host: Host, executionArn: string) =>
  until(async () => {
    const execution = await host.client.send(new DescribeExecutionCommand({ executionArn }));
    return execution.status === 'RUNNING' ? undefined : execution;
  });

const callsIn = (dataDir: string) =>
  readFileSync(join(dataDir, 'calls.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { life: string; action: string; body: { token?: string } });

const task = (Resource: string, Arguments: object) => ({
  Type: 'Task',
  Resource,
  Arguments,
  End: true,
});
const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });

describe('an engine that is killed', () => {
  it('continues after a restart with timers, callbacks, calls and jobs', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'states-'));
    const first = await live(dataDir, 1);
    const arn = await start(first, {
      QueryLanguage: 'JSONata',
      StartAt: 'All',
      States: {
        All: {
          Type: 'Parallel',
          Branches: [
            branch('Timer', { Type: 'Wait', Seconds: 2, Output: '{% $random() < 1 %}', End: true }),
            branch(
              'Callback',
              task('arn:aws:states:::lambda:invoke.waitForTaskToken', {
                FunctionName: FUNCTION,
                Payload: { token: '{% $states.context.Task.Token %}' },
              }),
            ),
            branch('Call', task(FUNCTION, {})),
            branch(
              'Job',
              task('arn:aws:states:::mediaconvert:createJob.sync', { Role: ROLE, Settings: {} }),
            ),
          ],
          End: true,
        },
      },
    });
    const before = await until(async () => {
      const events = await historyOf(first, arn);
      return events.filter(({ type }) => type === 'TaskSubmitted').length === 2
        ? events
        : undefined;
    });
    await first.kill();

    const second = await live(dataDir, 2);
    const token = callsIn(dataDir).find(({ body }) => body.token !== undefined)?.body.token;
    await second.client.send(
      new SendTaskSuccessCommand({ taskToken: token, output: '"reviewed"' }),
    );
    const { status, output } = await endOf(second, arn);
    expect({ status, output: JSON.parse(output ?? '') }).toEqual({
      status: 'SUCCEEDED',
      output: [true, 'reviewed', 'worked', { Job: { Id: 'job-1', Status: 'COMPLETE' } }],
    });
    const after = await historyOf(second, arn);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.map(({ id }) => id)).toEqual(after.map((_, index) => index + 1));
    const calls = callsIn(dataDir).map(
      ({ life, action, body }) => `${life} ${action}${body.token ? ' token' : ''}`,
    );
    expect(calls.sort()).toEqual([
      '1 CreateJob',
      '1 lambda',
      '1 lambda token',
      '2 GetJob',
      '2 lambda',
    ]);
    await second.kill();
  });

  it('loses and repeats no event, whenever it is killed', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'states-'));
    const steps = 40;
    const states = Object.fromEntries(
      Array.from({ length: steps }, (_, n) => [
        `S${n}`,
        {
          Type: 'Wait',
          Timestamp: '{% $fromMillis($millis() + 40) %}',
          Assign: { ids: '{% $append($exists($ids) ? $ids : [], $uuid()) %}' },
          ...(n + 1 < steps ? { Next: `S${n + 1}` } : { Output: '{% $count($ids) %}', End: true }),
        },
      ]),
    );
    let host = await live(dataDir, 1);
    const arn = await start(host, { QueryLanguage: 'JSONata', StartAt: 'S0', States: states });
    let known: HistoryEvent[] = [];
    for (let life = 2; life < 5; life += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100 + 150 * (life % 3)));
      known = await historyOf(host, arn);
      await host.kill();
      host = await live(dataDir, life);
      expect((await historyOf(host, arn)).slice(0, known.length)).toEqual(known);
    }
    const { status, output } = await endOf(host, arn);
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: String(steps - 1) });
    const events = await historyOf(host, arn);
    expect(events).toHaveLength(2 + 2 * steps);
    await host.kill();
  });
});
