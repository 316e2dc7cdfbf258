import { App, Stack } from 'aws-cdk-lib/core';
import type { EnvironmentOf } from '../../core/environment.ts';
import { ReelgateFunction } from '../../lib/reelgate-function.ts';
import { powertools } from '../../lib/telemetry.ts';

const telemetry = { logLevel: 'INFO', logRetentionDays: 30, retainLogs: true } as const;
const common = { description: '', telemetry, permissions: [], timeoutSeconds: 1, memorySize: 128 };

/** `npm run check:types` verifies that each of these is a type error. */
function mustNotCompile(stack: Stack): void {
  new ReelgateFunction(stack, 'Missing', {
    ...common,
    name: 'record-job',
    // @ts-expect-error TABLE_NAME is missing
    environment: { ...powertools('record-job', telemetry) },
  });
  new ReelgateFunction(stack, 'Unknown', {
    ...common,
    name: 'record-job',
    // @ts-expect-error QUEUE_URL is not in the schema
    environment: { ...powertools('record-job', telemetry), TABLE_NAME: 't', QUEUE_URL: 'q' },
  });
  new ReelgateFunction(stack, 'Unnamed', {
    ...common,
    // @ts-expect-error there is no such function
    name: 'list-videos',
    environment: { ...powertools('record-job', telemetry), TABLE_NAME: 't' },
  });
}

describe("a function's environment", () => {
  it('does not compile with a missing or unknown variable', () => {
    expect(mustNotCompile).toBeInstanceOf(Function);
  });

  it('contains the variables of its schema', () => {
    const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'stack');
    const environment: EnvironmentOf<'record-job'> = {
      ...powertools('record-job', telemetry),
      TABLE_NAME: 'uploads',
    };
    const one = new ReelgateFunction(stack, 'Whole', {
      ...common,
      name: 'record-job',
      environment,
    });
    expect(one.function.runtime.name).toBe('nodejs24.x');
  });
});
