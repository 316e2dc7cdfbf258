import type { ConnectionArguments } from './connection.ts';

/** What the command line was asked to do. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | UploadCommand
  | StatusCommand
  | ListCommand
  | CancelCommand
  | RetryCommand;

export interface CommonOptions {
  readonly connection: ConnectionArguments;
  readonly json: boolean;
}

export interface UploadCommand extends CommonOptions {
  readonly kind: 'upload';
  /** Paths as given. Empty with `resume`: every unfinished upload. */
  readonly files: readonly string[];
  /**
   * `resume`: only resume unfinished uploads; `fresh`: start from the beginning; `either`: resume if there is an
   * unfinished upload of the same file.
   */
  readonly start: 'either' | 'resume' | 'fresh';
  /** Whether to wait for the end of processing. */
  readonly wait: boolean;
  /** Files that are sent at the same time. */
  readonly filesAtOnce: number;
  /** Parts of one file that are sent at the same time; undefined: it follows the throughput. */
  readonly concurrency: number | undefined;
  /** Undefined: by the file's name. */
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly stateFolder: string | undefined;
}

export interface StatusCommand extends CommonOptions {
  readonly kind: 'status';
  readonly ids: readonly string[];
}

export interface ListCommand extends CommonOptions {
  readonly kind: 'list';
  readonly status: string | undefined;
  /** Cancelled and expired uploads too. */
  readonly all: boolean;
  readonly limit: number;
}

export interface CancelCommand extends CommonOptions {
  readonly kind: 'cancel';
  readonly ids: readonly string[];
}

export interface RetryCommand extends CommonOptions {
  readonly kind: 'retry';
  readonly ids: readonly string[];
}

/** The arguments cannot be used. The message says what was expected and what was given. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
