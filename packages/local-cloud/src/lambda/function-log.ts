import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * One line of `<dataDir>/logs/<function>.ndjson`. Times are ISO 8601 with milliseconds, durations are in ms.
 */
export type LogRecord = { readonly time: string; readonly function: string } & (
  | { readonly event: 'START'; readonly requestId: string; readonly version: '$LATEST' }
  | {
      readonly event: 'OUTPUT';
      readonly requestId: string | null;
      readonly stream: 'stdout' | 'stderr';
      readonly message: string;
    }
  | { readonly event: 'END'; readonly requestId: string }
  | {
      readonly event: 'REPORT';
      readonly requestId: string;
      readonly status: 'success' | 'error' | 'timeout';
      readonly durationMs: number;
      /** The duration, including the init of a cold start (since 2025), rounded up to whole ms. */
      readonly billedMs: number;
      readonly memorySizeMegabytes: number;
      readonly coldStart: boolean;
      readonly initMs?: number;
      readonly errorType?: string;
    }
);

export type OnLog = (record: LogRecord) => void;

/**
 * Appends records to the log file of the function, synchronously, so that a crash of the process loses no
 * line.
 */
export function logToFile(path: string, onLog?: OnLog): OnLog {
  mkdirSync(dirname(path), { recursive: true });
  return (record) => {
    appendFileSync(path, `${JSON.stringify(record)}\n`);
    onLog?.(record);
  };
}
