import { createFaults } from '../../src/faults/faults.ts';
import type { FaultRuleInput } from '../../src/faults/rule.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import type { CloudEvent } from '../../src/shared/events.ts';
import { eventBench, QUEUE, someEvent } from '../events/bus.ts';
import { dueActions, until } from '../waiting.ts';

/** A bus with faults; the ids of the events that the target of a rule and a `.sync` task receive. */
async function faulty(...rules: FaultRuleInput[]) {
  const clock = new MovableClock();
  const faults = createFaults({
    clock,
    rules,
    onError: (error) => {
      throw error;
    },
  });
  const bench = eventBench({ clock, interceptEvent: faults.interception.event });
  await bench.rule('All', {
    EventPattern: { source: ['job'] },
    Targets: [{ Id: 'q', Arn: QUEUE }],
  });
  bench.events.resume();
  const received: string[] = [];
  bench.events.subscribe(({ id }) => received.push(id));
  const targets = () => bench.sent.map(({ body }) => (JSON.parse(body) as CloudEvent).id);
  const job = (id: string, status: string, of = 'a') =>
    bench.events.emit(
      someEvent({ id, source: 'job', 'detail-type': 'Job State Change', detail: { status, of } }),
    );
  return { ...bench, clock, faults, received, targets, job };
}

const JOB = { service: 'event', operation: 'Job State Change' } as const;

it('A dropped event reaches no receiver, and its sender gets a success response', async () => {
  const { job, call, events, received, targets, faults, clock } = await faulty(
    { ...JOB, kind: 'drop', status: 'COMPLETE' },
    { ...JOB, kind: 'drop', operation: 'Custom' },
  );
  job('1', 'PROGRESSING');
  job('2', 'COMPLETE');
  const Entries = [{ Source: 'job', DetailType: 'Custom', Detail: '{}' }];
  const response = await call('PutEvents', { Entries });
  expect(response).toMatchObject({
    FailedEntryCount: 0,
    Entries: [{ EventId: expect.any(String) }],
  });
  await until(() => targets().length === 1);
  await dueActions(clock);
  expect(targets()).toEqual(['1']);
  expect(received).toEqual(['1']);
  expect(faults.rules().map(({ applied }) => applied)).toEqual([1, 1]);
  events.close();
});

it('A duplicated event arrives more than once, with the same id', async () => {
  const { job, events, received, targets } = await faulty({ ...JOB, kind: 'duplicate', copies: 2 });
  job('1', 'COMPLETE');
  await until(() => targets().length === 3);
  expect(targets()).toEqual(['1', '1', '1']);
  expect(received).toEqual(['1', '1', '1']);
  events.close();
});

it('An event can be lost for targets of rules only, or for tasks that wait for a job only', async () => {
  const { job, events, received, targets, clock } = await faulty(
    { ...JOB, kind: 'drop', to: 'rules', status: 'A' },
    { ...JOB, kind: 'drop', to: 'sync', status: 'B' },
  );
  job('1', 'A');
  job('2', 'B');
  await until(() => targets().length === 1);
  await dueActions(clock);
  expect(targets()).toEqual(['2']);
  expect(received).toEqual(['1']);
  events.close();
});

it('A delayed event arrives after its delay by the clock of the cloud', async () => {
  const { job, events, targets, received, clock } = await faulty({
    ...JOB,
    kind: 'delay',
    ms: 60_000,
  });
  job('1', 'PROGRESSING');
  job('2', 'COMPLETE');
  expect(received).toEqual(['2']);
  clock.advance(60_000);
  await until(() => targets().length === 2);
  expect(received).toEqual(['2', '1']);
  events.close();
});

describe('A reordered event', () => {
  it('arrives after the next event of its source', async () => {
    const { job, events, received, targets } = await faulty({ ...JOB, kind: 'reorder' });
    job('1', 'PROGRESSING');
    events.emit(someEvent({ id: 'foreign', source: 'other' }));
    job('2', 'COMPLETE');
    expect(received).toEqual(['foreign', '2', '1']);
    await until(() => targets().length === 2);
    events.close();
  });

  it('arrives after the event that the rule names, of the same job', async () => {
    const { job, events, received } = await faulty({
      ...JOB,
      kind: 'reorder',
      status: 'PROGRESSING',
      contains: '"of":"a"',
      until: { status: 'COMPLETE' },
    });
    job('1', 'PROGRESSING');
    job('2', 'STATUS_UPDATE');
    job('3', 'COMPLETE', 'b');
    job('4', 'COMPLETE');
    expect(received).toEqual(['2', '3', '4', '1']);
    events.close();
  });

  it('arrives after its time limit if the other event does not arrive', async () => {
    const { job, events, received, clock } = await faulty({ ...JOB, kind: 'reorder', ms: 5_000 });
    job('1', 'COMPLETE');
    expect(received).toEqual([]);
    clock.advance(5_000);
    await until(() => received.length === 1);
    job('2', 'COMPLETE');
    expect(received).toEqual(['1', '2']);
    events.close();
  });
});

it('The log lists every event, and the rule that was applied', async () => {
  const { job, events, faults } = await faulty({ ...JOB, id: 'lost', kind: 'drop', status: 'B' });
  job('1', 'A');
  job('2', 'B');
  const seen = { service: 'event', operation: 'Job State Change', caller: 'job' };
  expect(faults.calls()).toEqual({
    calls: [
      { sequence: 1, time: expect.any(String), ...seen, resource: 'A' },
      { sequence: 2, time: expect.any(String), ...seen, resource: 'B', rule: 'lost' },
    ],
    forgotten: 0,
  });
  events.close();
});
