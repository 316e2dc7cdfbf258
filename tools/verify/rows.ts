import type { Row } from './row.ts';
import { announcement } from './rows/announcement.ts';
import { completeOutputs } from './rows/complete-outputs.ts';
import { createJobOnDefaultQueue } from './rows/create-job-on-default-queue.ts';
import { deinterlacing } from './rows/deinterlacing.ts';
import { emptyQueues } from './rows/empty-queues.ts';
import { endOfJobEvent } from './rows/end-of-job-event.ts';
import { eventNamesVersion } from './rows/event-names-version.ts';
import { eventStartsExecution } from './rows/event-starts-execution.ts';
import { jobResultHasId } from './rows/job-result-id.ts';
import { largestOutput } from './rows/largest-output.ts';
import { paths } from './rows/paths.ts';
import { reconcilerBacklog } from './rows/reconciler-backlog.ts';
import { rotatedHeight } from './rows/rotated-height.ts';
import { silentFrameCapture } from './rows/silent-frame-capture.ts';
import { sourceWithoutExtension } from './rows/source-without-extension.ts';
import { storyboard } from './rows/storyboard.ts';
import { submittedJobHasId } from './rows/submitted-job-id.ts';
import { surroundSound } from './rows/surround-sound.ts';
import { unreadableInput } from './rows/unreadable-input.ts';
import { wholeFileChecksum } from './rows/whole-file-checksum.ts';

/** Every row of the table, in its order. */
export const ROWS: readonly Row[] = [
  ...paths,
  eventStartsExecution,
  eventNamesVersion,
  createJobOnDefaultQueue,
  submittedJobHasId,
  jobResultHasId,
  endOfJobEvent,
  announcement,
  wholeFileChecksum,
  sourceWithoutExtension,
  rotatedHeight,
  surroundSound,
  silentFrameCapture,
  deinterlacing,
  unreadableInput,
  completeOutputs,
  storyboard,
  largestOutput,
  reconcilerBacklog,
  emptyQueues,
];
