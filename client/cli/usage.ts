/** `reelgate --help` */
export const USAGE = `reelgate: upload large videos, and follow them until they can be played.

  reelgate upload FILE...    send files and wait until they are ready
  reelgate upload --resume   go on with everything that is unfinished
  reelgate status ID...      what has become of uploads
  reelgate list              my uploads, newest first
  reelgate cancel ID...      cancel uploads, or delete videos, for good

Where and who (an argument goes before the environment):
  --api URL                  REELGATE_API            the API's address
  --token-command COMMAND    REELGATE_TOKEN_COMMAND  prints an access token; run again when one is refused
  --token TOKEN              REELGATE_TOKEN          an access token; other users of the machine can see arguments

upload:
  --resume [FILE...]         only go on with what is unfinished: the files named, or all of them
  --fresh                    begin anew, also where the same file is unfinished
  --no-wait                  end as soon as every byte has arrived
  --at-once N                files sent at the same time (2)
  --concurrency N            parts of a file on their way at the same time, at most
  --type TYPE                the files' type (by their names), such as video/mp4
  --metadata KEY=VALUE       a note to keep with the upload; can be given again
  --state FOLDER             REELGATE_STATE          where unfinished uploads are kept

list:
  --status STATUS            only those
  --limit N                  at most so many (20)

  --json                     one JSON object a line
  --help, --version

Ctrl-C stops sending; what has arrived is kept, and the same command goes on there.

Ends with 0 when all is ready (or sent, with --no-wait), 2 for unusable arguments, 3 when the service refused
or rejected something, 4 when it cannot be reached or does not accept the token, 5 when a file cannot be read or
has changed, 130 after Ctrl-C, 1 for a fault of its own.
`;
