import { parseArgs } from 'node:util';
import { apiAddress } from './api-address.ts';
import {
  type Command,
  type CommonOptions,
  type ListCommand,
  type UploadCommand,
  UsageError,
} from './command.ts';
import { type Environment, tokenOrigin } from './connection.ts';

const COMMON_OPTIONS = {
  api: { type: 'string' },
  token: { type: 'string' },
  'token-command': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const UPLOAD_OPTIONS = {
  ...COMMON_OPTIONS,
  resume: { type: 'boolean', default: false },
  fresh: { type: 'boolean', default: false },
  'no-wait': { type: 'boolean', default: false },
  'at-once': { type: 'string', default: '2' },
  concurrency: { type: 'string' },
  type: { type: 'string' },
  metadata: { type: 'string', multiple: true, default: [] as string[] },
  state: { type: 'string' },
} as const;

const LIST_OPTIONS = {
  ...COMMON_OPTIONS,
  status: { type: 'string' },
  all: { type: 'boolean', default: false },
  limit: { type: 'string', default: '20' },
} as const;

const MAX_FILES_AT_ONCE = 16;
const MAX_CONCURRENCY = 64;
const MAX_LIMIT = 100_000;

/**
 * @param argv without node and the script
 * @throws UsageError
 */
export function readArguments(argv: readonly string[], environment: Environment): Command {
  const options = argv.slice(0, argv.indexOf('--') < 0 ? undefined : argv.indexOf('--'));
  if (argv.length === 0 || options.includes('--help') || options.includes('-h')) {
    return { kind: 'help' };
  }
  const { name, rest } = splitCommand(argv);
  switch (name) {
    case 'help':
      return { kind: 'help' };
    case 'upload':
      return uploadCommand(rest, environment);
    case 'status':
      return { kind: 'status', ...idsOf(name, rest, environment) };
    case 'cancel':
      return { kind: 'cancel', ...idsOf(name, rest, environment) };
    case 'retry':
      return { kind: 'retry', ...idsOf(name, rest, environment) };
    case 'list':
      return listCommand(rest, environment);
    default:
      if (options.includes('--version') || options.includes('-v')) return { kind: 'version' };
      throw new UsageError(
        name === undefined
          ? 'The command is missing: upload, status, list, cancel or retry.'
          : `Unknown command ${JSON.stringify(name)}. The commands are upload, status, list, cancel and retry.`,
      );
  }
}

/** The first argument that is neither an option nor an option's value is the command; options may come before it. */
function splitCommand(argv: readonly string[]): { name: string | undefined; rest: string[] } {
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...UPLOAD_OPTIONS, ...LIST_OPTIONS },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const index = tokens.find(({ kind }) => kind === 'positional')?.index;
  if (index === undefined) return { name: undefined, rest: [] };
  return { name: argv[index], rest: argv.filter((_, at) => at !== index) };
}

function uploadCommand(argv: string[], environment: Environment): UploadCommand {
  const { values, positionals } = asUsageError(() =>
    parseArgs({ args: argv, allowPositionals: true, options: UPLOAD_OPTIONS }),
  );
  if (positionals.length === 0 && !values.resume) {
    throw new UsageError(
      'The file is missing. Name a file, or use --resume for unfinished uploads.',
    );
  }
  if (values.resume && values.fresh) {
    throw new UsageError('--resume and --fresh cannot be used together.');
  }
  if (positionals.includes('-')) {
    throw new UsageError(
      'Standard input cannot be uploaded: its length is not known. Name a file.',
    );
  }
  return {
    kind: 'upload',
    files: positionals,
    start: values.resume ? 'resume' : values.fresh ? 'fresh' : 'either',
    wait: !values['no-wait'],
    filesAtOnce: wholeNumber('--at-once', values['at-once'], MAX_FILES_AT_ONCE),
    concurrency:
      values.concurrency === undefined
        ? undefined
        : wholeNumber('--concurrency', values.concurrency, MAX_CONCURRENCY),
    contentType: values.type,
    metadata: Object.fromEntries(values.metadata.map(metadataEntry)),
    stateFolder: values.state ?? environment.REELGATE_STATE,
    ...commonOptions(values, environment),
  };
}

function idsOf(name: string, argv: string[], environment: Environment) {
  const { values, positionals } = asUsageError(() =>
    parseArgs({ args: argv, allowPositionals: true, options: COMMON_OPTIONS }),
  );
  if (positionals.length === 0) {
    throw new UsageError(
      `The id is missing: reelgate ${name} ID... (reelgate list shows the ids).`,
    );
  }
  return { ids: positionals, ...commonOptions(values, environment) };
}

function listCommand(argv: string[], environment: Environment): ListCommand {
  const { values } = asUsageError(() => parseArgs({ args: argv, options: LIST_OPTIONS }));
  return {
    kind: 'list',
    status: values.status,
    all: values.all,
    limit: wholeNumber('--limit', values.limit, MAX_LIMIT),
    ...commonOptions(values, environment),
  };
}

function commonOptions(
  values: {
    readonly api?: string | undefined;
    readonly token?: string | undefined;
    readonly 'token-command'?: string | undefined;
    readonly json: boolean;
  },
  environment: Environment,
): CommonOptions {
  const address = apiAddress(values.api ?? environment.REELGATE_API);
  if ('problem' in address) throw new UsageError(address.problem);
  const token = tokenOrigin(values.token, values['token-command'], environment);
  if ('problem' in token) throw new UsageError(token.problem);
  return { connection: { api: address.url, token }, json: values.json };
}

/** The messages of parseArgs are clear enough for a user. */
function asUsageError<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.endsWith('.') ? message : `${message}.`);
  }
}

function wholeNumber(option: string, given: string, max: number): number {
  const value = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (value >= 1 && value <= max) return value;
  throw new UsageError(
    `${option} must be a whole number from 1 to ${max}; got ${JSON.stringify(given)}.`,
  );
}

function metadataEntry(given: string): [string, string] {
  const at = given.indexOf('=');
  if (at > 0) return [given.slice(0, at), given.slice(at + 1)];
  throw new UsageError(`--metadata must be KEY=VALUE; got ${JSON.stringify(given)}.`);
}
