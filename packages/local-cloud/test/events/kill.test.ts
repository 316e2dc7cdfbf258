import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../waiting.ts';
import { eventBench, QUEUE } from './bus.ts';

const emitter = fileURLToPath(new URL('./emitter.ts', import.meta.url));

it('every accepted event is delivered after a kill -9', async () => {
  for (const enough of [1, 20, 60]) {
    const dataDir = mkdtempSync(join(tmpdir(), 'events-'));
    const child = spawn(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      emitter,
      dataDir,
      '200',
    ]);
    let accepted = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      accepted += chunk.length;
      if (accepted >= enough) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const { rule, events, clock, sent } = eventBench({ dataDir });
    await rule('Rule', {
      EventPattern: { source: ['aws.s3'] },
      Targets: [{ Id: 'q', Arn: QUEUE }],
    });
    events.resume();
    clock.advance(2000);
    await until(() => sent.length >= accepted);
    const ids = new Set(sent.map(({ body }) => JSON.parse(body).id));
    for (let n = 0; n < accepted; n += 1) expect(ids).toContain(`killed-${n}`);
    events.close();
  }
});
