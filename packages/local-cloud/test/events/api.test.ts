import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../src/shared/aws-error.ts';
import type { CloudEvent } from '../../src/shared/events.ts';
import { until } from '../waiting.ts';
import { eventBench, QUEUE, ROLE, someEvent } from './bus.ts';

const entry = (more = {}) => ({
  Source: 'reelgate',
  DetailType: 'Video Ready',
  Detail: '{"id":1}',
  ...more,
});

describe('PutEvents', () => {
  it('accepts events from the SDK and delivers them as events', async () => {
    const { events, rule, sent } = eventBench();
    await rule('Rule', {
      EventPattern: { source: ['reelgate'] },
      Targets: [{ Id: 'q', Arn: QUEUE }],
    });
    events.resume();
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { body, headers } = await events.service.handle({
        caller: { kind: 'root' },
        method: 'POST',
        path: '/',
        query: new URLSearchParams(),
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks),
      });
      response.writeHead(200, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new EventBridgeClient({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const Time = new Date('2026-01-02T03:04:05.678Z');
    const response = await client.send(
      new PutEventsCommand({ Entries: [entry({ Time, Resources: ['arn:r'] })] }),
    );
    expect(response.FailedEntryCount).toBe(0);
    await until(() => sent.length === 1);
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      version: '0',
      id: response.Entries?.[0]?.EventId,
      source: 'reelgate',
      'detail-type': 'Video Ready',
      account: '000000000000',
      region: 'us-east-1',
      time: '2026-01-02T03:04:05Z',
      resources: ['arn:r'],
      detail: { id: 1 },
    });
    events.close();
    client.destroy();
    server.closeAllConnections();
    server.close();
  });

  it('refuses single invalid entries', async () => {
    const { events, call } = eventBench();
    const seen: CloudEvent[] = [];
    events.subscribe((event) => void seen.push(event));
    const { FailedEntryCount, Entries } = await call('PutEvents', {
      Entries: [
        entry({ Source: 'aws.s3' }),
        entry({ Detail: '{' }),
        entry({ Detail: '[1]' }),
        entry({ DetailType: undefined }),
        entry(),
      ],
    });
    expect(FailedEntryCount).toBe(4);
    expect(Entries.map((one: { ErrorCode?: string }) => one.ErrorCode)).toEqual([
      'NotAuthorizedForSourceException',
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      undefined,
    ]);
    expect(seen).toHaveLength(1);
    events.close();
  });

  it('refuses more than ten entries, more than 1 MB, and an unknown bus', async () => {
    const { events, call } = eventBench();
    const put = (Entries: object[]) => call('PutEvents', { Entries });
    await expect(put(Array.from({ length: 11 }, () => entry()))).rejects.toThrow('Entries');
    const Detail = JSON.stringify({ x: 'x'.repeat(1_048_576) });
    await expect(put([entry({ Detail })])).rejects.toThrow('over the limit');
    await expect(put([entry({ EventBusName: 'other' })])).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    events.close();
  });

  it('needs permission for the bus', async () => {
    const { events, call } = eventBench({
      authorize: ({ action, resource }) => {
        throw new AwsError('AccessDenied', `${action} on ${resource}`, 403);
      },
    });
    await expect(call('PutEvents', { Entries: [entry()] })).rejects.toThrow(
      'events:PutEvents on arn:aws:events:us-east-1:000000000000:event-bus/default',
    );
    events.close();
  });

  it('checks the permission for each entry, with its source and detail type as condition keys', async () => {
    const asked: unknown[] = [];
    const { events, call } = eventBench({ authorize: ({ context }) => asked.push(context) });
    await call('PutEvents', {
      Entries: [entry({ Source: 'a', DetailType: 'A' }), entry({ Source: 'b', DetailType: 'B' })],
    });
    expect(asked).toEqual([
      { 'events:source': 'a', 'events:detail-type': 'A' },
      { 'events:source': 'b', 'events:detail-type': 'B' },
    ]);
    events.close();
  });
});

describe('rules', () => {
  it('of the API work at once and survive a restart', async () => {
    const { events, open, call, sent } = eventBench();
    events.resume();
    const EventPattern = '{"source":["aws.s3"]}';
    const { RuleArn } = await call('PutRule', { Name: 'mine', EventPattern });
    await call('PutTargets', { Rule: 'mine', Targets: [{ Id: 'q', Arn: QUEUE }] });
    events.emit(someEvent());
    await until(() => sent.length === 1);
    events.close();
    const next = open();
    expect(await next.call('DescribeRule', { Name: 'mine' })).toMatchObject({
      Arn: RuleArn,
      EventPattern,
      State: 'ENABLED',
    });
    await expect(next.call('DeleteRule', { Name: 'mine' })).rejects.toThrow('has targets');
    await next.call('RemoveTargets', { Rule: 'mine', Ids: ['q'] });
    await next.call('DeleteRule', { Name: 'mine' });
    expect((await next.call('ListRules', {})).Rules).toEqual([]);
    next.events.close();
  });

  it('of the template cannot be changed by the API', async () => {
    const { events, rule, call } = eventBench();
    await rule('Mine', { Name: 'mine', EventPattern: { source: ['a'] } });
    await expect(call('DisableRule', { Name: 'mine' })).rejects.toMatchObject({
      code: 'ManagedRuleException',
    });
    events.close();
  });

  it('with targets and properties that are not supported are refused by name', async () => {
    const { events, rule } = eventBench();
    const refusal = (properties: object) =>
      rule('Bad', { EventPattern: { source: ['a'] }, ...properties }).catch((e: unknown) =>
        String(e),
      );
    const sns = { Id: 't', Arn: 'arn:aws:sns:us-east-1:000000000000:topic' };
    expect(await refusal({ Targets: [sns] })).toContain('state machine');
    const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
    expect(await refusal({ Targets: [{ Id: 't', Arn: machine }] })).toContain('RoleArn');
    const ecs = { Id: 't', Arn: QUEUE, EcsParameters: {} };
    expect(await refusal({ Targets: [ecs] })).toContain('EcsParameters');
    const twice = [
      { Id: 't', Arn: QUEUE },
      { Id: 't', Arn: QUEUE },
    ];
    expect(await refusal({ Targets: twice })).toContain('repeated');
    expect(await refusal({ EventPattern: { source: [{ like: 1 }] } })).toContain('like');
    expect(await refusal({ EventBusName: 'absent' })).toContain('absent');
    events.close();
  });

  it('on a custom bus get the events that another bus forwards', async () => {
    const { events, provide, rule, sent } = eventBench();
    const { attributes } = await provide('EventBus', 'Own', { Name: 'own' });
    const forward = [{ Id: 'b', Arn: attributes.Arn, RoleArn: ROLE }];
    await rule('Forward', { EventPattern: { source: ['aws.s3'] }, Targets: forward });
    const { ref } = await rule('OnOwn', {
      EventBusName: 'own',
      EventPattern: { source: ['aws.s3'] },
      Targets: [{ Id: 'q', Arn: QUEUE }],
    });
    expect(ref).toBe('own|test-OnOwn');
    events.resume();
    const event = someEvent();
    events.emit(event);
    await until(() => sent.length === 1);
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual(event);
    events.close();
  });

  it('can be tested with TestEventPattern', async () => {
    const { events, call } = eventBench();
    const Event = JSON.stringify(someEvent());
    const test = (pattern: object) =>
      call('TestEventPattern', { Event, EventPattern: JSON.stringify(pattern) });
    expect(await test({ source: ['aws.s3'] })).toEqual({ Result: true });
    expect(await test({ source: ['x'] })).toEqual({ Result: false });
    await expect(
      call('TestEventPattern', { Event: '{', EventPattern: '{"source":["a"]}' }),
    ).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(
      call('TestEventPattern', { Event: '{"source":"a"}', EventPattern: '{"source":["a"]}' }),
    ).rejects.toThrow('id, account, time, region, resources, detail-type');
    await expect(call('CreateArchive', {})).rejects.toThrow('CreateArchive');
    events.close();
  });
});
