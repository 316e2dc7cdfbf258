/** `reelgate --help`, in 80 columns. */
export const USAGE = `reelgate: upload large videos, and follow them until they can be played.

  reelgate upload FILE...   send files and wait until they are ready
  reelgate upload --resume  go on with everything that is unfinished
  reelgate status ID...     what has become of uploads
  reelgate list             my uploads, newest first
  reelgate cancel ID...     cancel uploads, or delete videos, for good

Where and who (an argument goes before its variable):
  --api URL                 the API's address (REELGATE_API)
  --token-command COMMAND   prints an access token; run again when one is
                            refused (REELGATE_TOKEN_COMMAND)
  --token TOKEN             an access token; other users of the machine can
                            see arguments, so rather use REELGATE_TOKEN

upload:
  --resume [FILE...]        only go on with what is unfinished: the files
                            named, or all of them
  --fresh                   begin anew, also where the same file is unfinished
  --no-wait                 end as soon as every byte has arrived
  --at-once N               files sent at the same time (2)
  --concurrency N           parts of a file on their way at the same time
  --type TYPE               the files' type, such as video/mp4 (by their names)
  --metadata KEY=VALUE      a note to keep with the upload; may be repeated
  --state FOLDER            where unfinished uploads are kept (REELGATE_STATE)

list:
  --status STATUS           only those
  --limit N                 at most so many (20)

  --json                    one JSON object a line
  --help, --version

Ctrl-C stops sending. What has arrived is kept; the same command goes on there.

Exit codes: 0 all is ready (with --no-wait: sent), 2 unusable arguments,
3 refused or rejected by the service, 4 service not reached or token not
accepted, 5 a file cannot be read or has changed, 130 Ctrl-C, 1 a fault of
its own.
`;
