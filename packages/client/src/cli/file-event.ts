import type { Status } from '../../../../core/contract/lifecycle.ts';
import type { UploadProgress } from '../../../../core/contract/wire.ts';
import type { ExitCode } from './exit-code.ts';

/** What happens to one file. */
export type FileEvent =
  | {
      readonly kind: 'granted';
      readonly id: string;
      /** Whether an earlier run's upload is resumed. */
      readonly resumed: boolean;
    }
  | {
      readonly kind: 'sending';
      readonly state: 'preparing' | 'uploading' | 'waiting' | 'paused' | 'completing';
      readonly sentBytes: number;
      readonly totalBytes: number;
      readonly bytesPerSecond: number;
      readonly secondsLeft: number | undefined;
      /** Why parts are being retried; undefined while they succeed. */
      readonly problem?: string | undefined;
    }
  | {
      readonly kind: 'processing';
      readonly status: Status;
      /** Of the way from the first byte to `ready`. */
      readonly percent: number;
      /** Present while the upload waits before its conversion. */
      readonly queue?: UploadProgress['queue'];
    }
  | { readonly kind: 'ended'; readonly end: FileEnd };

/** How a file ended. */
export interface FileEnd {
  readonly exit: ExitCode;
  readonly id: string | undefined;
  /** The upload's status; `sent` with `--no-wait`; `stopped` if this run was interrupted; `not_sent` after an error. */
  readonly status: Status | 'sent' | 'stopped' | 'not_sent';
  readonly totalBytes: number;
  /** Present unless the status is `ready` or `sent`. */
  readonly problem?: EndProblem | undefined;
}

export interface EndProblem {
  /** Stable: from the API's catalogue of reasons, or the client's own. */
  readonly code: string;
  /** What happened. */
  readonly sentence: string;
  /** What to do now. */
  readonly next?: string | undefined;
  readonly retryable: boolean;
}

/** Shows what happens to files. */
export interface Reporter {
  /** Starts a file; the returned function takes its events. */
  file(name: string, totalBytes: number): (event: FileEvent) => void;
  /** Shows one line that is not about a file. */
  say(line: string): void;
  /** No event follows. */
  close(): void;
}
