import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TransientError } from '../../../core/transient-error.ts';

const WORKFLOW = join(import.meta.dirname, '../../../statemachines/process-upload.asl.json');

describe('A transient error', () => {
  it('has the name on which the state machine retries', () => {
    const { name } = new TransientError('Throttled.');
    const retried = [...readFileSync(WORKFLOW, 'utf8').matchAll(/"ErrorEquals": \[([^\]]*)\]/g)];
    expect(retried.some(([, names = '']) => names.includes(`"${name}"`))).toBe(true);
    expect(name).not.toBe('');
  });
});
