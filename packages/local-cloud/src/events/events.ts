import { join } from 'node:path';
import { ACCOUNT_ID, REGION } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Credentials } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { openDatabase, transaction } from '../shared/database.ts';
import type { CloudEvent, EmitEvent, EventAudience, InterceptEvent } from '../shared/events.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Service } from '../shared/service.ts';
import { createDeliver, type DelivererOptions, type SendToQueue } from './deliverers.ts';
import { Deliveries, type DroppedEvent } from './delivery.ts';
import { DeliveryStore, EVENTS_SCHEMA } from './delivery-store.ts';
import { eventsOperations } from './operations.ts';
import * as schema from './properties.ts';
import { wholeSeconds } from './put-events.ts';
import { busName, DEFAULT_BUS, type Rule } from './rule.ts';
import { Rules } from './rules.ts';
import { Schedules } from './schedules.ts';
import { eventsService } from './service.ts';

export interface EventsOptions {
  /** The data folder of the local cloud. Undelivered events are stored in `<dataDir>/events`. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** A new UUID. */
  readonly random: () => string;
  /** URL of the endpoint of the JSON services, for Step Functions. */
  readonly endpoint: () => string;
  /** A session of a target's role for the events service; the rule's ARN is the source ARN. Throws AccessDenied. */
  readonly credentialsFor: (roleArn: string, ruleArn: string) => Credentials;
  readonly invoke: DelivererOptions['invoke'];
  readonly sendToQueue: SendToQueue;
  /** Called for every event that no target and no dead-letter queue accepted. */
  readonly onDropped: (dropped: DroppedEvent) => void;
  /** Default: every event is stored at once, for every receiver. */
  readonly interceptEvent?: InterceptEvent;
}

export interface Events {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  /** Accepts an event of an AWS service on the default bus. The event is stored when this returns. */
  readonly emit: EmitEvent;
  /** Calls `listener` for every event that is stored from now on. Returns a function that ends the subscription. */
  subscribe(listener: (event: CloudEvent, bus: string) => void): () => void;
  /** Starts to deliver, first what an earlier process has left. Call it when every rule is provided. */
  resume(): void;
  close(): void;
}

/** EventBridge: buses, rules, schedules, and delivery at least once. */
export function createEvents(options: EventsOptions): Events {
  const { clock, random } = options;
  const database = openDatabase(join(options.dataDir, 'events', 'events.sqlite'), EVENTS_SCHEMA);
  const rules = new Rules(database);
  const store = new DeliveryStore(database);
  const listeners = new Set<(event: CloudEvent, bus: string) => void>();
  let started = false;

  const deliverer = createDeliver({ ...options, putOnBus: accept });
  const deliveries = new Deliveries({
    ...options,
    store,
    deliver: deliverer.deliver,
    findRule: (arn) => rules.byArn(arn),
    jitter: () => Number.parseInt(random().slice(0, 8), 16) / 2 ** 32,
  });
  const schedules = new Schedules(database, clock, fire);

  function accept(bus: string, event: CloudEvent): void {
    if (options.interceptEvent) options.interceptEvent(bus, event, take);
    else take(bus, event, 'all');
  }

  /** Stores the event for each target with a matching rule, then starts the deliveries. */
  function take(bus: string, event: CloudEvent, audience: EventAudience): void {
    if (audience !== 'sync') {
      if (started) route(bus, event, clock.now());
      // Without the rules nobody knows the targets.
      else store.hold(bus, event, clock.now());
    }
    if (audience !== 'rules') for (const listener of listeners) listener(event, bus);
  }

  function route(bus: string, event: CloudEvent, acceptedAt: number, held?: number): void {
    const matching = rules
      .all()
      .filter((rule) => rule.bus === bus && rule.properties.State === 'ENABLED')
      .filter((rule) => rule.matches(event));
    const ids = transaction(database, () => {
      if (held !== undefined) store.release(held);
      return matching.flatMap((rule) => keepFor(rule, event, acceptedAt));
    });
    for (const id of ids) deliveries.arm(id, acceptedAt);
  }

  function keepFor(rule: Rule, event: CloudEvent, acceptedAt: number): number[] {
    return rule.targets.map(({ target }) =>
      store.add({ ruleArn: rule.arn, targetId: target.Id, event, acceptedAt }),
    );
  }

  function fire(rule: Rule, instant: number): void {
    const event: CloudEvent = {
      version: '0',
      id: random(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: ACCOUNT_ID,
      time: wholeSeconds(new Date(instant)),
      region: REGION,
      resources: [rule.arn],
      detail: {},
    };
    const ids = transaction(database, () => keepFor(rule, event, clock.now()));
    for (const id of ids) deliveries.arm(id, clock.now());
  }

  const operations = eventsOperations({
    ...options,
    rules,
    accept,
    onChange: (rule) => {
      if (started) schedules.start(rule);
    },
    onRemove: (rule) => schedules.stop(rule.arn),
  });

  const ruleProvider: ResourceProvider<schema.RuleProperties> = {
    type: 'AWS::Events::Rule',
    properties: schema.ruleProperties,
    provide: async ({ physicalName, properties }) => {
      const rule = rules.declare(properties.Name ?? physicalName, properties);
      if (started) schedules.start(rule);
      const ref = rule.bus === DEFAULT_BUS ? rule.name : `${rule.bus}|${rule.name}`;
      return { ref, attributes: { Arn: rule.arn } };
    },
  };
  const busProvider: ResourceProvider<(typeof schema.eventBusProperties)['_output']> = {
    type: 'AWS::Events::EventBus',
    properties: schema.eventBusProperties,
    provide: async ({ properties: { Name, Policy } }) => {
      if (Name === DEFAULT_BUS)
        throw new AwsError(
          'ResourceAlreadyExistsException',
          'The event bus default already exists.',
        );
      const bus = rules.addBus(Name);
      if (Policy !== undefined)
        for (const [index, statement] of [Policy.Statement].flat().entries())
          bus.statements.set(`policy-${index}`, statement);
      return { ref: Name, attributes: { Arn: bus.arn, Name } };
    },
  };
  const policyProvider: ResourceProvider<(typeof schema.eventBusPolicyProperties)['_output']> = {
    type: 'AWS::Events::EventBusPolicy',
    properties: schema.eventBusPolicyProperties,
    provide: async ({ physicalName, properties }) => {
      const { StatementId, Statement, EventBusName } = properties;
      rules
        .bus(busName(EventBusName))
        .statements.set(StatementId, { Sid: StatementId, ...Statement });
      return { ref: physicalName, attributes: {} };
    },
  };

  return {
    service: eventsService(operations),
    providers: [ruleProvider, busProvider, policyProvider] as ResourceProvider[],
    emit: (event) => accept(DEFAULT_BUS, event),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resume() {
      if (started) return;
      started = true;
      for (const { id, dueAt } of store.all()) deliveries.arm(id, dueAt);
      for (const { bus, event, acceptedAt, sequence } of store.held())
        route(bus, event, acceptedAt, sequence);
      for (const rule of rules.all()) schedules.start(rule);
    },
    close() {
      deliveries.close();
      schedules.close();
      deliverer.close();
      database.close();
    },
  };
}
