import { createFaults } from '../../src/faults/faults.ts';
import type { FaultRuleInput } from '../../src/faults/rule.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import type { CloudEvent } from '../../src/shared/events.ts';
import { aMoment, eventBench, QUEUE, someEvent, until } from '../events/bus.ts';

/** A bus with faults; what its rule's target gets and what a `.sync` task hears, by the events' ids. */
async function faulty(...rules: FaultRuleInput[]) {
  const clock = new MovableClock();
  const faults = createFaults({
    clock,
    rules,
    onFault: (error) => {
      throw error;
    },
  });
  const bench = eventBench({ gate: faults.gate });
  await bench.rule('All', {
    EventPattern: { source: ['job'] },
    Targets: [{ Id: 'q', Arn: QUEUE }],
  });
  bench.events.resume();
  const heard: string[] = [];
  bench.events.subscribe(({ id }) => heard.push(id));
  const targets = () => bench.sent.map(({ body }) => (JSON.parse(body) as CloudEvent).id);
  const job = (id: string, status: string, of = 'a') =>
    bench.events.emit(
      someEvent({ id, source: 'job', 'detail-type': 'Job State Change', detail: { status, of } }),
    );
  return { ...bench, clock, faults, heard, targets, job };
}

const JOB = { service: 'event', operation: 'Job State Change' } as const;

it('A dropped event reaches nobody, and whoever sent it is told that it was taken', async () => {
  const { job, call, events, heard, targets, faults } = await faulty(
    { ...JOB, kind: 'drop', status: 'COMPLETE' },
    { ...JOB, kind: 'drop', operation: 'Custom' },
  );
  job('1', 'PROGRESSING');
  job('2', 'COMPLETE');
  const Entries = [{ Source: 'job', DetailType: 'Custom', Detail: '{}' }];
  const answer = await call('PutEvents', { Entries });
  expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  await until(() => targets().length === 1);
  await aMoment();
  expect(targets()).toEqual(['1']);
  expect(heard).toEqual(['1']);
  expect(faults.rules().map(({ applied }) => applied)).toEqual([1, 1]);
  events.close();
});

it('A doubled event comes more than once, with the same id', async () => {
  const { job, events, heard, targets } = await faulty({ ...JOB, kind: 'duplicate', copies: 2 });
  job('1', 'COMPLETE');
  await until(() => targets().length === 3);
  expect(targets()).toEqual(['1', '1', '1']);
  expect(heard).toEqual(['1', '1', '1']);
  events.close();
});

it('An event can be lost for the rules alone, or for what waits for a job alone', async () => {
  const { job, events, heard, targets } = await faulty(
    { ...JOB, kind: 'drop', to: 'rules', status: 'A' },
    { ...JOB, kind: 'drop', to: 'sync', status: 'B' },
  );
  job('1', 'A');
  job('2', 'B');
  await until(() => targets().length === 1);
  await aMoment();
  expect(targets()).toEqual(['2']);
  expect(heard).toEqual(['1']);
  events.close();
});

it('A delayed event comes once its time is up by the cloud’s clock', async () => {
  const { job, events, targets, heard, clock } = await faulty({
    ...JOB,
    kind: 'delay',
    ms: 60_000,
  });
  job('1', 'PROGRESSING');
  job('2', 'COMPLETE');
  expect(heard).toEqual(['2']);
  clock.advance(60_000);
  await until(() => targets().length === 2);
  expect(heard).toEqual(['2', '1']);
  events.close();
});

describe('A reordered event', () => {
  it('comes after the next of its source', async () => {
    const { job, events, heard, targets } = await faulty({ ...JOB, kind: 'reorder' });
    job('1', 'PROGRESSING');
    events.emit(someEvent({ id: 'foreign', source: 'other' }));
    job('2', 'COMPLETE');
    expect(heard).toEqual(['foreign', '2', '1']);
    await until(() => targets().length === 2);
    events.close();
  });

  it('comes after the one that it is told to wait for, of the same job', async () => {
    const { job, events, heard } = await faulty({
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
    expect(heard).toEqual(['2', '3', '4', '1']);
    events.close();
  });

  it('comes by itself where that other one never does', async () => {
    const { job, events, heard, clock } = await faulty({ ...JOB, kind: 'reorder', ms: 5_000 });
    job('1', 'COMPLETE');
    expect(heard).toEqual([]);
    clock.advance(5_000);
    await until(() => heard.length === 1);
    job('2', 'COMPLETE');
    expect(heard).toEqual(['1', '2']);
    events.close();
  });
});

it('The log tells every event, and which rule has acted', async () => {
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
