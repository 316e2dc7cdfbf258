/** Exit codes of the command line; `docs/cli.md` has the same list. A code keeps its meaning. */
export const EXIT = {
  /** Every file is ready; with `--no-wait`: every file is sent. */
  ok: 0,
  /** A bug in the command line. */
  bug: 1,
  /** The arguments cannot be used; nothing was sent. */
  usage: 2,
  /** The service has refused or rejected a file, or its processing failed. */
  refused: 3,
  /** The service cannot be reached, or does not accept the token. */
  unreachable: 4,
  /** A file cannot be read, is not a video, has changed, cannot be resumed, or is being sent by another command. */
  file: 5,
  /** Ctrl-C: 128 + SIGINT, as in shells. */
  interrupted: 130,
  /** SIGTERM: 128 + 15. */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const MOST_SEVERE_FIRST: readonly ExitCode[] = [
  EXIT.terminated,
  EXIT.interrupted,
  EXIT.bug,
  EXIT.unreachable,
  EXIT.file,
  EXIT.refused,
  EXIT.usage,
];

/** One exit code for several files: the most severe. */
export function mostSevere(codes: readonly ExitCode[]): ExitCode {
  return MOST_SEVERE_FIRST.find((code) => codes.includes(code)) ?? EXIT.ok;
}
