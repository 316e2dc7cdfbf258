import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** One line of `<data>/logs/<function>.ndjson`. Times are ISO 8601 with milliseconds, durations ms. */
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
      /** Duration, and since 2025 the init of a cold start too, rounded up to a whole ms. */
      readonly billedMs: number;
      readonly memorySizeMegabytes: number;
      readonly coldStart: boolean;
      readonly initMs?: number;
      readonly errorType?: string;
    }
);

export type OnLog = (record: LogRecord) => void;

/** Appends records to the function's file. Written at once: a crash of the process loses no line. */
export function logToFile(path: string, onLog?: OnLog): OnLog {
  mkdirSync(dirname(path), { recursive: true });
  return (record) => {
    appendFileSync(path, `${JSON.stringify(record)}\n`);
    onLog?.(record);
  };
}
