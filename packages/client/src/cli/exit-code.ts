/** What the command line ends with (`docs/cli.md` lists the same). Codes keep their meaning. */
export const EXIT = {
  /** Every file is ready, or sent where `--no-wait` was given. */
  ok: 0,
  /** A fault of the command line itself. */
  fault: 1,
  /** The arguments are not usable; nothing was sent. */
  usage: 2,
  /** The service has refused or rejected a file, or its processing failed. */
  refused: 3,
  /** The service cannot be reached, or does not accept the token. */
  unreachable: 4,
  /** A file cannot be read, or has changed since its upload began. */
  file: 5,
  /** Ctrl-C: 128 + SIGINT, as shells have it. */
  interrupted: 130,
  /** SIGTERM: 128 + 15. */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const GRAVEST_FIRST: readonly ExitCode[] = [
  EXIT.terminated,
  EXIT.interrupted,
  EXIT.fault,
  EXIT.unreachable,
  EXIT.file,
  EXIT.refused,
  EXIT.usage,
];

/** One code for several files: the gravest. */
export function gravest(codes: readonly ExitCode[]): ExitCode {
  return GRAVEST_FIRST.find((code) => codes.includes(code)) ?? EXIT.ok;
}
