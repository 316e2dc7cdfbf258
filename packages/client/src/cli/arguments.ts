import { parseArgs } from 'node:util';
import { apiAddress } from './api-address.ts';
import { type ConnectionArguments, type Environment, tokenOrigin } from './connection.ts';

/** What the command line was asked to do. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | UploadCommand
  | StatusCommand
  | ListCommand
  | CancelCommand;

interface Common {
  readonly connection: ConnectionArguments;
  readonly json: boolean;
}

export interface UploadCommand extends Common {
  readonly kind: 'upload';
  /** Paths as given. None with `resume`: everything that is unfinished. */
  readonly files: readonly string[];
  /**
   * `resume`: only go on with what is unfinished; `fresh`: begin anew; `either`: go on where an unfinished upload
   * of the very same file is known.
   */
  readonly beginning: 'either' | 'resume' | 'fresh';
  /** Follow the processing to its end. */
  readonly wait: boolean;
  /** Files sent at the same time. */
  readonly atOnce: number;
  /** Parts of one file on their way at the same time, at most; absent: as the line allows. */
  readonly concurrency: number | undefined;
  /** Absent: by the file's name. */
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly stateFolder: string | undefined;
}

export interface StatusCommand extends Common {
  readonly kind: 'status';
  readonly ids: readonly string[];
}

export interface ListCommand extends Common {
  readonly kind: 'list';
  readonly status: string | undefined;
  readonly limit: number;
}

export interface CancelCommand extends Common {
  readonly kind: 'cancel';
  readonly ids: readonly string[];
}

/** The arguments are not usable; the message says what was wrong, what came and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const CONNECTION = {
  api: { type: 'string' },
  token: { type: 'string' },
  'token-command': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/**
 * @param argv without node and script
 * @throws UsageError
 */
export function readArguments(argv: readonly string[], environment: Environment): Command {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || asksFor(argv, '--help', '-h'))
    return { kind: 'help' };
  if (name === '--version' || name === '-v') return { kind: 'version' };
  switch (name) {
    case 'upload':
      return uploadCommand(rest, environment);
    case 'status':
      return { kind: 'status', ...namedUploads(name, rest, environment) };
    case 'cancel':
      return { kind: 'cancel', ...namedUploads(name, rest, environment) };
    case 'list':
      return listCommand(rest, environment);
    default:
      throw new UsageError(
        `There is no command ${JSON.stringify(name)}; there are upload, status, list and cancel.`,
      );
  }
}

/** Behind `--` stand files, whatever they are called. */
function asksFor(argv: readonly string[], ...flags: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).some((argument) => flags.includes(argument));
}

function uploadCommand(argv: readonly string[], environment: Environment): UploadCommand {
  const { values, positionals } = strictly(() =>
    parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...CONNECTION,
        resume: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        'no-wait': { type: 'boolean', default: false },
        'at-once': { type: 'string', default: '2' },
        concurrency: { type: 'string' },
        type: { type: 'string' },
        metadata: { type: 'string', multiple: true, default: [] },
        state: { type: 'string' },
      },
    }),
  );
  if (positionals.length === 0 && !values.resume) {
    throw new UsageError('No file was named. Name one or more, or --resume what is unfinished.');
  }
  if (values.resume && values.fresh) throw new UsageError('Give --resume or --fresh, not both.');
  if (positionals.includes('-')) {
    throw new UsageError('Standard input has no known length: name a file.');
  }
  return {
    kind: 'upload',
    files: positionals,
    beginning: values.resume ? 'resume' : values.fresh ? 'fresh' : 'either',
    wait: !values['no-wait'],
    atOnce: wholeNumber('--at-once', values['at-once'], 16),
    concurrency:
      values.concurrency === undefined
        ? undefined
        : wholeNumber('--concurrency', values.concurrency, 64),
    contentType: values.type,
    metadata: Object.fromEntries(values.metadata.map(metadataEntry)),
    stateFolder: values.state ?? environment.REELGATE_STATE,
    ...common(values, environment),
  };
}

function namedUploads(name: string, argv: readonly string[], environment: Environment) {
  const { values, positionals } = strictly(() =>
    parseArgs({ args: [...argv], allowPositionals: true, options: CONNECTION }),
  );
  if (positionals.length === 0) {
    throw new UsageError(
      `No upload was named: reelgate ${name} ID… (reelgate list shows the ids).`,
    );
  }
  return { ids: positionals, ...common(values, environment) };
}

function listCommand(argv: readonly string[], environment: Environment): ListCommand {
  const { values } = strictly(() =>
    parseArgs({
      args: [...argv],
      options: {
        ...CONNECTION,
        status: { type: 'string' },
        limit: { type: 'string', default: '20' },
      },
    }),
  );
  return {
    kind: 'list',
    status: values.status,
    limit: wholeNumber('--limit', values.limit, 100_000),
    ...common(values, environment),
  };
}

function common(
  values: {
    readonly api?: string | undefined;
    readonly token?: string | undefined;
    readonly 'token-command'?: string | undefined;
    readonly json: boolean;
  },
  environment: Environment,
): Common {
  const address = apiAddress(values.api ?? environment.REELGATE_API);
  if ('problem' in address) throw new UsageError(address.problem);
  const token = tokenOrigin(values.token, values['token-command'], environment);
  if ('problem' in token) throw new UsageError(token.problem);
  return { connection: { api: address.url, token }, json: values.json };
}

/** parseArgs' own complaints are plain enough; they are usage errors here. */
function strictly<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.endsWith('.') ? message : `${message}.`);
  }
}

function wholeNumber(option: string, came: string, largest: number): number {
  const value = /^\d{1,6}$/.test(came) ? Number(came) : 0;
  if (value >= 1 && value <= largest) return value;
  throw new UsageError(
    `${option} must be a whole number from 1 to ${largest}; came ${JSON.stringify(came)}.`,
  );
}

function metadataEntry(given: string): [string, string] {
  const at = given.indexOf('=');
  if (at > 0) return [given.slice(0, at), given.slice(at + 1)];
  throw new UsageError(`--metadata must be KEY=VALUE; came ${JSON.stringify(given)}.`);
}
