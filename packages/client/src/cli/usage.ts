/** `reelgate --help`, in 80 columns. */
export const USAGE = `reelgate: upload large videos and wait until they can be played.

  reelgate upload FILE...   upload files and wait until they are ready
  reelgate upload --resume  resume every unfinished upload
  reelgate status ID...     show uploads
  reelgate list             list your uploads, newest first
  reelgate cancel ID...     cancel uploads, or delete videos, for good
  reelgate retry ID...      try failed uploads again

Connection (an option takes precedence over its variable):
  --api URL                 address of the API (REELGATE_API)
  --token-command COMMAND   a command that prints an access token; it runs
                            again when a token is refused
                            (REELGATE_TOKEN_COMMAND)
  --token TOKEN             an access token; other users of this machine can
                            see arguments, so prefer REELGATE_TOKEN

upload:
  --resume [FILE...]        only resume unfinished uploads: of these files, or
                            all of them
  --fresh                   start from the beginning, even if an upload of the
                            same file is unfinished
  --no-wait                 exit when all bytes are sent
  --at-once N               files sent at the same time (2)
  --concurrency N           parts of a file sent at the same time
  --type TYPE               content type, such as video/mp4 (by file name)
  --metadata KEY=VALUE      a note that is stored with the upload; repeatable
  --state FOLDER            folder with the records of unfinished uploads
                            (REELGATE_STATE)

list:
  --status STATUS           only uploads with this status
  --all                     cancelled and expired ones too
  --limit N                 at most this many (20)

  --json                    print one JSON object per line
  --help, --version

Ctrl-C stops an upload. The parts that were sent are kept; the same command
resumes it.

Exit codes: 0 every file is ready (with --no-wait: sent), 1 a bug, 2 invalid
arguments, 3 refused or rejected by the service, 4 service not reached or token
not accepted, 5 a file cannot be read, is not a video, has changed, cannot be
resumed or is being sent by another command, 130 Ctrl-C, 143 SIGTERM.
`;
