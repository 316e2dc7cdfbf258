import { uploadsApi } from '../api.ts';
import { readArguments } from './arguments.ts';
import { cancelUploads } from './cancel-uploads.ts';
import { type Command, UsageError } from './command.ts';
import type { Environment } from './connection.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Reporter } from './file-event.ts';
import type { Interruption } from './interruption.ts';
import { jsonReporter } from './json-reporter.ts';
import { listUploads } from './list-uploads.ts';
import { type Every, liveReporter, type Screen } from './live-reporter.ts';
import type { Output } from './output.ts';
import { plainReporter } from './plain-reporter.ts';
import { problemOf } from './problem-of.ts';
import { problemLine } from './problem-text.ts';
import { redacted } from './redact.ts';
import { retryUploads } from './retry-uploads.ts';
import { showStatus } from './show-status.ts';
import { type StyleEnvironment, terminalStyle } from './terminal-style.ts';
import { type TokenSource, tokenSource } from './token-source.ts';
import type { CliClient } from './upload-context.ts';
import { uploadFiles } from './upload-files.ts';
import { USAGE } from './usage.ts';

/** An output stream. */
export interface Sink extends Pick<Screen, 'write'> {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Everything that the command line uses from outside. */
export interface CliEnvironment {
  readonly environment: Environment & StyleEnvironment;
  readonly platform: NodeJS.Platform;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly interruption: Interruption;
  readonly client: CliClient;
  readonly version: string;
  readonly now: () => number;
  readonly every: Every;
}

/**
 * Runs the command line once.
 *
 * @param argv without node and the script
 */
export async function run(argv: readonly string[], cli: CliEnvironment): Promise<ExitCode> {
  const secrets = new Set<string>();
  const printError = (text: string) => cli.stderr.write(`${redacted(text, secrets)}\n`);
  let api: string | undefined;
  try {
    const command = readArguments(argv, cli.environment);
    if (command.kind === 'help' || command.kind === 'version') {
      cli.stdout.write(command.kind === 'help' ? USAGE : `${cli.version}\n`);
      return EXIT.ok;
    }
    api = command.connection.api;
    return await runCommand(command, cli, secrets);
  } catch (error) {
    if (cli.interruption.signal.aborted) return cli.interruption.exit;
    if (error instanceof UsageError) {
      printError(`${error.message}\nSee reelgate --help.`);
      return EXIT.usage;
    }
    const { exit, problem } = problemOf(error, api);
    printError(problemLine('reelgate', problem));
    return exit;
  }
}

async function runCommand(
  command: Exclude<Command, { kind: 'help' | 'version' }>,
  cli: CliEnvironment,
  secrets: Set<string>,
): Promise<ExitCode> {
  const { signal } = cli.interruption;
  const token = tokenSource(command.connection.token, signal);
  const getToken: TokenSource['getToken'] = async (request) => {
    const current = await token.getToken(request);
    secrets.add(current);
    return current;
  };
  const connection = { api: command.connection.api, getToken };
  const redactedWriter = (sink: Sink) => (text: string) => sink.write(redacted(text, secrets));
  const output: Output = {
    out: (text) => redactedWriter(cli.stdout)(`${text}\n`),
    error: (text) => redactedWriter(cli.stderr)(`${text}\n`),
    columns: cli.stdout.isTTY ? cli.stdout.columns : undefined,
  };
  const api = uploadsApi({ ...connection, signal });
  switch (command.kind) {
    case 'status':
      return showStatus(command, api, output);
    case 'list':
      return listUploads(command, api, output);
    case 'cancel':
      return cancelUploads(command, api, output);
    case 'retry':
      return retryUploads(command, api, output);
    case 'upload': {
      const reporter = reporterFor(command.json, cli, redactedWriter);
      const { client, interruption } = cli;
      try {
        return await uploadFiles(command, { client, connection, reporter, interruption });
      } finally {
        reporter.close();
      }
    }
  }
}

/** Live lines need a terminal; JSON and plain lines can go to a file. */
function reporterFor(
  json: boolean,
  { stdout, environment, platform, now, every }: CliEnvironment,
  redactedWriter: (sink: Sink) => (text: string) => void,
): Reporter {
  const write = redactedWriter(stdout);
  if (json) return jsonReporter(write, now);
  const style = terminalStyle(stdout, environment, platform);
  if (!style.live) return plainReporter(write, style);
  const screen: Screen = {
    write,
    get columns() {
      return stdout.columns;
    },
    get rows() {
      return stdout.rows;
    },
  };
  return liveReporter(screen, style, every);
}
