import type { Status } from '../../../core/contract/lifecycle.ts';
import {
  abandoned,
  abandonedPut,
  interruptedCancel,
  lostEnd,
  lostError,
  lostEvent,
  lostJob,
  outage,
  outageMeanwhile,
  outageOfJobs,
  sourceGone,
} from './reconciler-scenarios.ts';
import type { ScenarioRun } from './scenario-run.ts';
import { cancelledInQueue, waitsForSlot } from './slot-scenarios.ts';
import { uploaded } from './steps.ts';
import {
  byForm,
  cancelledTranscoding,
  cancelledWaiting,
  failedJob,
  lateEvent,
  lateObject,
  putBeforeTombstone,
  ready,
  rejectedPut,
  requestedTwice,
  triedAgain,
} from './user-scenarios.ts';

/** One scenario of an upload, and its end without faults. */
export interface Scenario {
  readonly ends: Status;
  /** The content of the upload: a video or text. */
  readonly file: 'film' | 'text';
  /** Whether the scenario needs a cloud with review. */
  readonly review: boolean;
  /** An execution keeps waiting for an event that the scenario has dropped. */
  readonly leavesWaiting?: true;
  /** Throws if the API refuses a valid request. */
  readonly run: (run: ScenarioRun) => Promise<void>;
}

const film = { file: 'film', review: false } as const;
const reviewed = { file: 'film', review: true } as const;

export const SCENARIOS = {
  ready: { ...film, ends: 'ready', run: ready },
  'by a form': { ...film, ends: 'ready', run: byForm },
  rejected: { ...film, file: 'text', ends: 'rejected', run: uploaded },
  'rejected after a single PUT': { ...film, file: 'text', ends: 'rejected', run: rejectedPut },
  'a single PUT after the cancel': { ...film, ends: 'cancelled', run: putBeforeTombstone },
  'failed in the job': { ...film, ends: 'failed', run: failedJob },
  'failed and tried again': { ...film, ends: 'ready', run: triedAgain },
  'cancelled while waiting': { ...film, ends: 'cancelled', run: cancelledWaiting },
  'cancelled while transcoding': { ...film, ends: 'cancelled', run: cancelledTranscoding },
  'an object after the cancel': { ...film, ends: 'cancelled', run: lateObject },
  'event lost, reconciled': { ...reviewed, ends: 'ready', run: lostEvent },
  'job events lost, reconciled': { ...reviewed, ends: 'ready', leavesWaiting: true, run: lostJob },
  'abandoned, reconciled': { ...reviewed, ends: 'expired', run: abandoned },
  'abandoned single PUT, reconciled': { ...reviewed, ends: 'expired', run: abandonedPut },
  'source gone, reconciled': { ...reviewed, ends: 'failed', run: sourceGone },
  'interrupted cancel, reconciled': { ...reviewed, ends: 'cancelled', run: interruptedCancel },
  'an event after the cancel': { ...film, ends: 'cancelled', run: lateEvent },
  'waits for a slot': { ...film, ends: 'ready', run: waitsForSlot },
  'cancelled while it waits for a slot': { ...film, ends: 'cancelled', run: cancelledInQueue },
  'every request twice': { ...film, ends: 'cancelled', run: requestedTwice },
  'end event lost, reconciled': { ...reviewed, ends: 'ready', leavesWaiting: true, run: lostEnd },
  'error event lost, reconciled': {
    ...reviewed,
    ends: 'failed',
    leavesWaiting: true,
    run: lostError,
  },
  'outage, reconciled': { ...reviewed, ends: 'ready', run: outage },
  'outage, waited for': { ...reviewed, ends: 'ready', run: outageOfJobs },
  'outage, reconciled during it': { ...reviewed, ends: 'ready', run: outageMeanwhile },
  reviewed: { ...reviewed, ends: 'ready', run: uploaded },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
