import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { startJobProcess } from '../../src/mediaconvert/jobs/job-process.ts';
import type { FromJob, JobOrder } from '../../src/mediaconvert/transcode/job-messages.ts';

const order: JobOrder = {
  type: 'job',
  settings: { inputs: [], outputGroups: [] },
  s3Endpoint: 'http://127.0.0.1:1',
  region: 'us-east-1',
  folder: '/nowhere',
  memoryLimit: 1,
};
const RESULT: FromJob = { type: 'done', outputGroupDetails: [] };

function start(child: ChildProcess) {
  const messages: FromJob[] = [];
  const { ended, kill } = startJobProcess({
    order,
    credentials: () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
    onMessage: (message) => void messages.push(message),
    fork: () => child,
  });
  return { messages, ended, kill };
}

/** Runs `script` with a channel for messages, like the transcoder. */
function run(script: string): ChildProcess {
  const stdio = ['ignore', 'ignore', 'pipe', 'ipc'] as const;
  return spawn(process.execPath, ['-e', script], { stdio: [...stdio] });
}

describe('The process of a job', () => {
  it('whose result is read after its exit is done', async () => {
    // Node does not define the order of `exit` and the last messages; `close` is the last event.
    const child = Object.assign(new EventEmitter(), { connected: false }) as ChildProcess;
    const { messages, ended } = start(child);
    child.emit('exit', null, 'SIGKILL');
    child.emit('message', RESULT);
    child.emit('close', null, 'SIGKILL');
    await ended;
    expect(messages).toEqual([RESULT]);
  });

  it('that exits right after it has sent a large result is done', async () => {
    const { messages, ended } = start(
      run(`process.send({ type: 'done', outputGroupDetails: Array(200_000).fill(1) },
             () => process.kill(process.pid, 'SIGKILL'))`),
    );
    await ended;
    expect(messages.map(({ type }) => type)).toEqual(['done']);
  });

  it('that exits without a result has failed, with its exit code and its last output', async () => {
    const { messages, ended } = start(
      run("console.error('out of luck'); process.exitCode = 3; process.disconnect()"),
    );
    await ended;
    expect(messages).toEqual([
      {
        type: 'failed',
        code: 1999,
        message: 'The transcoder ended unexpectedly: exit code 3 out of luck',
      },
    ]);
  });

  it('that is killed reports nothing', async () => {
    const { messages, ended, kill } = start(run('setInterval(() => {}, 1000)'));
    kill();
    await ended;
    expect(messages).toEqual([]);
  });
});
