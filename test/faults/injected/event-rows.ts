import type { FaultRuleInput } from '@reelgate/local-cloud';
import type { FaultRow } from './call-rows.ts';
import type { ScenarioName } from './scenarios.ts';

const created = { service: 'event', operation: 'Object Created' } as const;
const job = { service: 'event', operation: 'MediaConvert Job State Change' } as const;

/** Faults of events and their scenario. Scenarios that lose an event inject the fault themselves. */
const EVENTS: readonly (readonly [name: string, scenario: ScenarioName, rule?: FaultRuleInput])[] =
  [
    ['Object Created five times', 'ready', { ...created, kind: 'duplicate', copies: 4 }],
    ['Object Created late', 'ready', { ...created, kind: 'delay', ms: 1_500 }],
    ['Object Created, then again after a while', 'rejected', { ...created, kind: 'duplicate' }],
    ['Object Created is lost', 'event lost, reconciled'],
    [
      'Object Created after the object was deleted',
      'an event after the cancel',
      { ...created, kind: 'reorder', until: { operation: 'Object Deleted' } },
    ],
    [
      'every job event three times',
      'ready',
      { ...job, kind: 'duplicate', copies: 2, times: 'always' },
    ],
    [
      'PROGRESSING is lost',
      'ready',
      { ...job, status: 'PROGRESSING', kind: 'drop', times: 'always' },
    ],
    [
      'PROGRESSING after COMPLETE',
      'ready',
      { ...job, status: 'PROGRESSING', kind: 'reorder', until: { status: 'COMPLETE' } },
    ],
    [
      "a form's Object Created three times",
      'by a form',
      { ...created, kind: 'duplicate', copies: 2 },
    ],
    ['COMPLETE late', 'ready', { ...job, status: 'COMPLETE', kind: 'delay', ms: 1_500 }],
    ['COMPLETE four times', 'ready', { ...job, status: 'COMPLETE', kind: 'duplicate', copies: 3 }],
    ['COMPLETE is lost', 'end event lost, reconciled'],
    ['every job event is lost', 'job events lost, reconciled'],
    [
      'ERROR three times',
      'failed in the job',
      { ...job, status: 'ERROR', kind: 'duplicate', copies: 2 },
    ],
    ['ERROR late', 'failed in the job', { ...job, status: 'ERROR', kind: 'delay', ms: 1_500 }],
    ['ERROR is lost', 'error event lost, reconciled'],
  ];

/** Events that are lost, duplicated, late or out of order. */
export function eventRows(): FaultRow[] {
  return EVENTS.map(([name, scenario, rule]) => ({
    name: `${name}, ${scenario}`,
    covers: [name],
    scenario,
    faults: rule === undefined ? [] : [{ rule, by: 'upload' }],
    mayEnd: [],
    alone: false,
  }));
}

/** A client that receives no response and repeats each request. */
export function clientRows(): FaultRow[] {
  const scenario = 'every request twice';
  return [{ name: scenario, covers: [scenario], scenario, faults: [], mayEnd: [], alone: false }];
}
