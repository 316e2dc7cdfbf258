import type { Runtime } from '../../../core/runtime.ts';
import { NOW } from './upload-fixture.ts';

/** A runtime at `NOW` that records what is logged and measured. */
export function recordedRuntime(now = NOW) {
  const logged: [level: 'info' | 'error', message: string, fields: object][] = [];
  const measured: Record<string, number> = {};
  const dimensions: Record<string, string> = {};
  let random = 0;
  const runtime: Runtime = {
    now: () => now,
    elapsed: () => 0,
    randomBytes: (size) => {
      random += 1;
      return new Uint8Array(size).fill(random);
    },
    logger: {
      info: (message, fields) => logged.push(['info', message, fields]),
      error: (message, fields) => logged.push(['error', message, fields]),
    },
    metrics: {
      addDimension: (name, value) => {
        dimensions[name] = value;
      },
      addMetric: (name, _, value) => {
        measured[name] = value;
      },
      publishStoredMetrics: () => {},
    },
  };
  return { runtime, logged, measured, dimensions };
}
