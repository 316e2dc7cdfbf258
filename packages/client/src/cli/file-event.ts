import type { Status } from '../../../../core/contract/lifecycle.ts';
import type { ExitCode } from './exit-code.ts';

/** What happens to one file, as it is told to whoever looks. */
export type FileEvent =
  | {
      readonly kind: 'granted';
      readonly id: string;
      /** Whether it goes on where an earlier run stopped. */
      readonly resumed: boolean;
    }
  | {
      readonly kind: 'sending';
      readonly state: 'preparing' | 'uploading' | 'waiting' | 'paused' | 'completing';
      readonly sentBytes: number;
      readonly totalBytes: number;
      readonly bytesPerSecond: number;
      readonly secondsLeft: number | undefined;
    }
  | {
      readonly kind: 'processing';
      readonly status: Status;
      /** Of the whole way to `ready`. */
      readonly percent: number;
    }
  | { readonly kind: 'ended'; readonly end: FileEnd };

/** How it ended for one file. */
export interface FileEnd {
  readonly exit: ExitCode;
  readonly id: string | undefined;
  /** The upload's status, `sent` where nobody waited for it, `stopped` where this run was interrupted. */
  readonly status: Status | 'sent' | 'stopped' | 'failed_here';
  readonly totalBytes: number;
  /** Present for every end but `ready` and `sent`. */
  readonly problem?: EndProblem | undefined;
}

export interface EndProblem {
  /** Stable: from the API's catalogue, or the client's own. */
  readonly code: string;
  /** What happened, for a person. */
  readonly sentence: string;
  /** What to do now. */
  readonly next?: string | undefined;
  readonly retryable: boolean;
}

/** Shows what happens to files. */
export interface Reporter {
  /** Begins with one file; the answer takes what happens to it. */
  file(name: string, totalBytes: number): (event: FileEvent) => void;
  /** One line for a person, beside the files. */
  say(line: string): void;
  /** Nothing more will be told. */
  close(): void;
}
