import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { startStates } from './start-states.ts';

/**
 * Step Functions in a process of its own, which the test kills. In the first process the function does not
 * respond and the job does not end; in later ones both do. Calls are recorded in `calls.ndjson`.
 */
const [dataDir = '', life = '1'] = argv.slice(2);
const started = await startStates({ dataDir });
const note = (action: string, body: object) =>
  appendFileSync(join(dataDir, 'calls.ndjson'), `${JSON.stringify({ life, action, body })}\n`);

started.fakes.on('lambda:worker', (body) => {
  note('lambda', body);
  return 'token' in body ? 'handed over' : life === '1' ? new Promise(() => {}) : 'worked';
});
started.fakes.on('mediaconvert:CreateJob', (body) => {
  note('CreateJob', body);
  return { job: { id: 'job-1', status: 'SUBMITTED' } };
});
started.fakes.on('mediaconvert:GetJob', (body) => {
  note('GetJob', body);
  return { job: { id: 'job-1', status: life === '1' ? 'PROGRESSING' : 'COMPLETE' } };
});
started.states.resume();
const endpoint = await started.client.config.endpoint?.();
stdout.write(`${JSON.stringify({ port: endpoint?.port })}\n`);
