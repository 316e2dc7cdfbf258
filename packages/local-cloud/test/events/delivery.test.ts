import { AwsError } from '../../src/shared/aws-error.ts';
import { dueActions, until } from '../waiting.ts';
import { DEAD, eventBench, QUEUE, ROLE, someEvent, startStates } from './bus.ts';

const S3_EVENTS = { source: ['aws.s3'] };
const busy = new AwsError('ServiceUnavailable', 'busy', 503);

describe('an event', () => {
  it('is delivered to every target of every matching rule', async () => {
    const { rule, events, sent, invoked, clock } = eventBench();
    const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
    const Targets = [
      { Id: 'queue', Arn: QUEUE },
      { Id: 'function', Arn: functionArn, InputPath: '$.detail' },
    ];
    const { attributes } = await rule('Wanted', { EventPattern: S3_EVENTS, Targets });
    await rule('Other', { EventPattern: { source: ['other'] }, Targets });
    await rule('Off', { EventPattern: S3_EVENTS, State: 'DISABLED', Targets });
    events.resume();
    const event = someEvent({ detail: { a: 1 } });
    events.emit(event);
    await until(() => sent.length === 1 && invoked.length === 1);
    await dueActions(clock);
    const caller = {
      kind: 'service',
      service: 'events.amazonaws.com',
      sourceArn: attributes.Arn,
    };
    expect(sent).toEqual([{ queueArn: QUEUE, body: JSON.stringify(event), caller }]);
    expect(invoked).toEqual([{ functionArn, payload: '{"a":1}', caller, type: 'Event' }]);
    events.close();
  });

  it('starts an execution over HTTP as the target’s role, with the time of the local cloud', async () => {
    const states = await startStates();
    const asked: string[][] = [];
    const { rule, events, clock } = eventBench({
      endpoint: () => states.url,
      credentialsFor: (roleArn, ruleArn) => {
        asked.push([roleArn, ruleArn]);
        return { accessKeyId: 'ASIAROLE', secretAccessKey: 's', sessionToken: 't' };
      },
    });
    const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
    const Targets = [{ Id: 'm', Arn: stateMachineArn, RoleArn: ROLE }];
    const { attributes } = await rule('Start', { EventPattern: S3_EVENTS, Targets });
    events.resume();
    clock.advance(3 * 86_400_000);
    const event = someEvent();
    events.emit(event);
    await until(() => states.requests.length === 1);
    const [call] = states.requests;
    expect(call?.input).toMatchObject({ stateMachineArn, input: JSON.stringify(event) });
    expect(call?.input.name).toBeUndefined();
    expect(call?.authorization).toContain('ASIAROLE');
    expect(call?.date.slice(0, 8)).toBe(
      new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', ''),
    );
    expect(asked).toEqual([[ROLE, attributes.Arn]]);
    events.close();
    states.close();
  });

  it('is retried with doubled delays until its target accepts it', async () => {
    // The largest number that `random` can return: each delay has its full length.
    const random = () => 'ffffffff-ffff-4fff-8fff-ffffffffffff';
    const { rule, events, clock, refuse, sent, attempts } = eventBench({ random });
    await rule('Rule', { EventPattern: S3_EVENTS, Targets: [{ Id: 'q', Arn: QUEUE }] });
    events.resume();
    refuse.set(QUEUE, busy);
    events.emit(someEvent());
    await until(() => attempts.length === 1);
    for (const [index, seconds] of [1, 2, 4, 8].entries()) {
      await dueActions(clock);
      clock.advance(seconds * 500);
      await dueActions(clock);
      expect(attempts).toHaveLength(index + 1);
      if (seconds === 8) refuse.clear();
      clock.advance(seconds * 500);
      await until(() => attempts.length === index + 2);
    }
    expect(sent).toHaveLength(1);
    clock.advance(3_600_000);
    await dueActions(clock);
    expect(attempts).toHaveLength(5);
    events.close();
  });

  it('that is never accepted goes to the dead-letter queue, with the reason', async () => {
    const { rule, events, clock, refuse, sent, dropped } = eventBench();
    const target = {
      Arn: QUEUE,
      DeadLetterConfig: { Arn: DEAD },
      RetryPolicy: { MaximumRetryAttempts: 2 },
    };
    const { attributes } = await rule('Rule', {
      EventPattern: S3_EVENTS,
      Targets: [
        { ...target, Id: 'attempts' },
        { ...target, Id: 'age', RetryPolicy: { MaximumEventAgeInSeconds: 60 } },
      ],
    });
    events.resume();
    refuse.set(QUEUE, busy);
    const event = someEvent();
    events.emit(event);
    await dueActions(clock);
    for (const seconds of [2, 4, 61, 700]) {
      clock.advance(seconds * 1000);
      await dueActions(clock);
    }
    await until(() => sent.length === 2);
    const conditions = sent.map(({ attributes }) => attributes?.EXHAUSTED_RETRY_CONDITION);
    expect(conditions.sort()).toEqual(['MaximumEventAgeInSeconds', 'MaximumRetryAttempts']);
    for (const letter of sent) expect(JSON.parse(letter.body)).toEqual(event);
    const tried = sent.find(({ attributes }) => attributes?.RETRY_ATTEMPTS === '2');
    expect(tried).toMatchObject({
      queueArn: DEAD,
      attributes: {
        RULE_ARN: attributes.Arn,
        TARGET_ARN: QUEUE,
        ERROR_CODE: 'ERROR_FROM_TARGET',
        ERROR_MESSAGE: 'busy',
      },
    });
    expect(dropped).toEqual([]);
    events.close();
  });

  it('that may not be delivered is not retried', async () => {
    const states = await startStates();
    states.failures.push({ status: 400, type: 'AccessDeniedException' });
    const { rule, events, sent } = eventBench({ endpoint: () => states.url });
    const Targets = [
      {
        Id: 'm',
        Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m',
        RoleArn: ROLE,
        DeadLetterConfig: { Arn: DEAD },
      },
    ];
    await rule('Rule', { EventPattern: S3_EVENTS, Targets });
    events.resume();
    events.emit(someEvent());
    await until(() => sent.length === 1);
    expect(sent[0]?.attributes).toMatchObject({
      ERROR_CODE: 'NO_PERMISSIONS',
      RETRY_ATTEMPTS: '0',
    });
    expect(sent[0]?.attributes?.EXHAUSTED_RETRY_CONDITION).toBeUndefined();
    expect(states.requests).toHaveLength(1);
    events.close();
    states.close();
  });

  it('that is not even accepted by the dead-letter queue is reported', async () => {
    const { rule, events, refuse, dropped } = eventBench();
    const Targets = [{ Id: 'q', Arn: QUEUE, DeadLetterConfig: { Arn: DEAD } }];
    await rule('Rule', { EventPattern: S3_EVENTS, Targets });
    events.resume();
    refuse.set(QUEUE, new AwsError('AccessDenied', 'denied', 403));
    refuse.set(DEAD, new AwsError('AccessDenied', 'denied too', 403));
    const event = someEvent();
    events.emit(event);
    await until(() => dropped.length === 1);
    expect(dropped[0]).toMatchObject({ eventId: event.id, code: 'NO_PERMISSIONS' });
    expect(dropped[0]?.message).toContain('denied too');
    events.close();
  });
});

describe('after a restart', () => {
  it('only undelivered events are delivered', async () => {
    const { rule, events, open, clock, refuse, sent } = eventBench();
    const properties = { EventPattern: S3_EVENTS, Targets: [{ Id: 'q', Arn: QUEUE }] };
    await rule('Rule', properties);
    events.resume();
    events.emit(someEvent());
    await until(() => sent.length === 1);
    refuse.set(QUEUE, busy);
    const waiting = someEvent();
    events.emit(waiting);
    events.close();

    refuse.clear();
    const next = open();
    await next.rule('Rule', properties);
    next.events.resume();
    clock.advance(2000);
    await until(() => sent.length === 2);
    expect(JSON.parse(sent[1]?.body ?? '')).toEqual(waiting);
    clock.advance(3_600_000);
    await dueActions(clock);
    expect(sent).toHaveLength(2);
    next.events.close();
  });

  it('events wait until the rules are known', async () => {
    const { rule, events, sent, clock } = eventBench();
    const event = someEvent();
    events.emit(event);
    await rule('Rule', { EventPattern: S3_EVENTS, Targets: [{ Id: 'q', Arn: QUEUE }] });
    await dueActions(clock);
    expect(sent).toHaveLength(0);
    events.resume();
    await until(() => sent.length === 1);
    events.close();
  });
});

describe('a scheduled rule', () => {
  const schedule = { ScheduleExpression: 'rate(5 minutes)', Targets: [{ Id: 'q', Arn: QUEUE }] };

  it('fires by the clock of the local cloud, once after a jump of the clock', async () => {
    const { rule, events, clock, sent } = eventBench();
    const { attributes } = await rule('Tick', schedule);
    events.resume();
    clock.advance(299_000);
    await dueActions(clock);
    expect(sent).toHaveLength(0);
    clock.advance(1000);
    await until(() => sent.length === 1);
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: [attributes.Arn],
      detail: {},
    });
    clock.advance(3_600_000);
    await until(() => sent.length === 2);
    await dueActions(clock);
    expect(sent).toHaveLength(2);
    clock.advance(300_000);
    await until(() => sent.length === 3);
    events.close();
  });

  it('keeps its interval after a jump of the clock that is no multiple of it', async () => {
    const { rule, events, clock, sent } = eventBench();
    await rule('Tick', schedule);
    events.resume();
    clock.advance(3_720_000);
    await until(() => sent.length === 1);
    clock.advance(179_000);
    await dueActions(clock);
    expect(sent).toHaveLength(1);
    clock.advance(1000);
    await until(() => sent.length === 2);
    events.close();
  });

  it('keeps its interval after a restart', async () => {
    const { rule, events, open, clock, sent } = eventBench();
    await rule('Tick', schedule);
    events.resume();
    clock.advance(200_000);
    events.close();
    const next = open();
    await next.rule('Tick', schedule);
    next.events.resume();
    clock.advance(100_000);
    await until(() => sent.length === 1);
    next.events.close();
  });
});
