import { uploadsApi } from '../api.ts';
import { type Command, readArguments, UsageError } from './arguments.ts';
import type { Environment } from './connection.ts';
import { problemLine, problemOf } from './end-of-upload.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Reporter } from './file-event.ts';
import type { Interruption } from './interruption.ts';
import { jsonReporter } from './json-reporter.ts';
import { type Every, liveReporter, type Screen } from './live-reporter.ts';
import { cancelUploads, listUploads, type Output, showStatus } from './look-at-uploads.ts';
import { plainReporter } from './plain-reporter.ts';
import { redacted } from './redact.ts';
import { type StyleEnvironment, terminalStyle } from './terminal-style.ts';
import { type TokenSource, tokenSource } from './token-source.ts';
import { type UploadClient, uploadFiles } from './upload-files.ts';
import { USAGE } from './usage.ts';

/** A stream as the command line writes to it. */
export interface Sink extends Pick<Screen, 'write'> {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Everything outside of the command line itself. */
export interface Surroundings {
  readonly environment: Environment & StyleEnvironment;
  readonly platform: NodeJS.Platform;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly interruption: Interruption;
  readonly client: UploadClient;
  readonly version: string;
  readonly now: () => number;
  readonly every: Every;
}

/**
 * One run of the command line.
 *
 * @param argv without node and script
 */
export async function run(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  const secrets = new Set<string>();
  const complain = (text: string) => around.stderr.write(`${redacted(text, secrets)}\n`);
  try {
    const command = readArguments(argv, around.environment);
    if (command.kind === 'help' || command.kind === 'version') {
      around.stdout.write(command.kind === 'help' ? USAGE : `${around.version}\n`);
      return EXIT.ok;
    }
    return await perform(command, around, secrets);
  } catch (error) {
    if (around.interruption.signal.aborted) return around.interruption.exit;
    if (error instanceof UsageError) {
      complain(`${error.message}\nreelgate --help shows how it is used.`);
      return EXIT.usage;
    }
    const { exit, problem } = problemOf(error);
    complain(problemLine('reelgate', problem));
    return exit;
  }
}

async function perform(
  command: Exclude<Command, { kind: 'help' | 'version' }>,
  around: Surroundings,
  secrets: Set<string>,
): Promise<ExitCode> {
  const { signal } = around.interruption;
  const token = tokenSource(command.connection.token);
  const getToken: TokenSource['getToken'] = async (asked) => {
    const given = await token.getToken(asked);
    secrets.add(given);
    return given;
  };
  const connection = { api: command.connection.api, getToken };
  const clean = (sink: Sink) => (text: string) => sink.write(redacted(text, secrets));
  const output: Output = {
    out: (text) => clean(around.stdout)(`${text}\n`),
    complain: (text) => clean(around.stderr)(`${text}\n`),
    columns: around.stdout.isTTY ? around.stdout.columns : undefined,
  };
  const api = uploadsApi({ ...connection, signal });
  switch (command.kind) {
    case 'status':
      return showStatus(command, api, output);
    case 'list':
      return listUploads(command, api, output);
    case 'cancel':
      return cancelUploads(command, api, output);
    case 'upload': {
      const reporter = reporterFor(command.json, around, clean);
      const { client, interruption } = around;
      try {
        return await uploadFiles(command, { client, connection, reporter, interruption });
      } finally {
        reporter.close();
      }
    }
  }
}

/** JSON and whole lines go to standard output, which may be a file; live lines to a terminal only. */
function reporterFor(
  json: boolean,
  { stdout, environment, platform, now, every }: Surroundings,
  clean: (sink: Sink) => (text: string) => void,
): Reporter {
  const write = clean(stdout);
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
