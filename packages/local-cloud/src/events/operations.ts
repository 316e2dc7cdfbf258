import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { CloudEvent } from '../shared/events.ts';
import { compilePattern } from './event-pattern.ts';
import { presentBus, presentRule } from './present-rule.ts';
import type { RuleProperties, Target } from './properties.ts';
import { checkSize, type EntryResult, eventOf } from './put-events.ts';
import type { Input, Operation } from './requests.ts';
import { passRole, putEvents } from './required-permissions.ts';
import { busName, type Rule, ruleArn } from './rule.ts';
import type { Rules } from './rules.ts';

export interface OperationTools {
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly random: () => string;
  readonly rules: Rules;
  readonly accept: (bus: string, event: CloudEvent) => void;
  /** Called for a new or a changed rule. */
  readonly onChange: (rule: Rule) => void;
  readonly onRemove: (rule: Rule) => void;
}

export type Operations = {
  [Name in Operation]: (input: Input<Name>, caller: Caller) => unknown;
};

/** The operations of EventBridge. */
export function eventsOperations(tools: OperationTools): Operations {
  const { clock, authorize, random, rules } = tools;

  const onRule = (
    action: string,
    { bus, name, caller }: { bus: string | undefined; name: string; caller: Caller },
  ): void =>
    authorize({ caller, action: `events:${action}`, resource: ruleArn(busName(bus), name) });
  const existing = (action: string, bus: string | undefined, name: string, caller: Caller) => {
    onRule(action, { bus, name, caller });
    return rules.find(busName(bus), name);
  };
  const change = (rule: Rule, properties: RuleProperties): Rule => {
    const changed = rules.put(rule.name, properties);
    tools.onChange(changed);
    return changed;
  };
  const setState =
    (action: string, state: RuleProperties['State']) =>
    ({ Name, EventBusName }: Input<'EnableRule'>, caller: Caller) => {
      const rule = existing(action, EventBusName, Name, caller);
      change(rule, { ...rule.properties, State: state });
    };

  return {
    PutEvents({ Entries }, caller) {
      checkSize(Entries);
      const buses = Entries.map(({ EventBusName }) => rules.bus(busName(EventBusName)));
      for (const [index, bus] of buses.entries()) authorize(putEvents(caller, bus, Entries[index]));
      const results = Entries.map((entry, index): EntryResult => {
        const made = eventOf(entry, random(), clock.now());
        if ('ErrorCode' in made) return made;
        tools.accept(buses[index]?.name ?? '', made);
        return { EventId: made.id };
      });
      const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
      return { FailedEntryCount, Entries: results };
    },

    TestEventPattern({ Event, EventPattern }, caller) {
      authorize({ caller, action: 'events:TestEventPattern', resource: '*' });
      return { Result: compilePattern(EventPattern)(completeEvent(Event)) };
    },

    PutRule({ Name, ...input }, caller) {
      onRule('PutRule', { bus: input.EventBusName, name: Name, caller });
      if (input.EventPattern === undefined && input.ScheduleExpression === undefined)
        throw new AwsError(
          'ValidationException',
          'Parameter(s) EventPattern or ScheduleExpression must be specified.',
        );
      const kept = rules.byArn(ruleArn(busName(input.EventBusName), Name));
      const Targets = kept?.properties.Targets ?? [];
      const rule = rules.put(Name, { ...defined(input), Targets } as RuleProperties);
      tools.onChange(rule);
      return { RuleArn: rule.arn };
    },

    PutTargets({ Rule: name, EventBusName, Targets }, caller) {
      const rule = existing('PutTargets', EventBusName, name, caller);
      for (const { RoleArn } of Targets)
        if (RoleArn !== undefined) authorize(passRole(caller, RoleArn));
      const ids = new Set(Targets.map(({ Id }) => Id));
      const others = rule.properties.Targets.filter(({ Id }) => !ids.has(Id));
      const all: Target[] = [...others, ...Targets];
      if (all.length > 5)
        throw new AwsError('LimitExceededException', 'A rule has at most 5 targets.');
      change(rule, { ...rule.properties, Targets: all });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    RemoveTargets({ Rule: name, EventBusName, Ids }, caller) {
      const rule = existing('RemoveTargets', EventBusName, name, caller);
      const Targets = rule.properties.Targets.filter(({ Id }) => !Ids.includes(Id));
      change(rule, { ...rule.properties, Targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    DescribeRule({ Name, EventBusName }, caller) {
      return presentRule(existing('DescribeRule', EventBusName, Name, caller));
    },

    DeleteRule({ Name, EventBusName }, caller) {
      const rule = existing('DeleteRule', EventBusName, Name, caller);
      if (rule.properties.Targets.length > 0)
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      // Throws for a rule of the template.
      rules.put(rule.name, rule.properties);
      rules.remove(rule);
      tools.onRemove(rule);
    },

    EnableRule: setState('EnableRule', 'ENABLED'),
    DisableRule: setState('DisableRule', 'DISABLED'),

    ListRules({ NamePrefix = '', EventBusName }, caller) {
      authorize({
        caller,
        action: 'events:ListRules',
        resource: ruleArn(busName(EventBusName), '*'),
      });
      const bus = rules.bus(busName(EventBusName)).name;
      const found = rules
        .all()
        .filter((rule) => rule.bus === bus && rule.name.startsWith(NamePrefix));
      return { Rules: found.map(presentRule) };
    },

    ListTargetsByRule({ Rule: name, EventBusName }, caller) {
      const rule = existing('ListTargetsByRule', EventBusName, name, caller);
      return { Targets: rule.properties.Targets };
    },

    DescribeEventBus({ Name }, caller) {
      const bus = rules.bus(busName(Name));
      authorize({ caller, action: 'events:DescribeEventBus', resource: bus.arn });
      return presentBus(bus);
    },

    ListEventBuses({ NamePrefix = '' }, caller) {
      authorize({ caller, action: 'events:ListEventBuses', resource: '*' });
      const found = rules.buses().filter(({ name }) => name.startsWith(NamePrefix));
      return { EventBuses: found.map(presentBus) };
    },
  };
}

/** TestEventPattern needs a whole event: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
function completeEvent(text: string): unknown {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw new AwsError('ValidationException', 'Parameter Event is not valid JSON.');
  }
  const fields = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];
  const missing = fields.filter(
    (field) => typeof event !== 'object' || event === null || !Object.hasOwn(event, field),
  );
  if (missing.length > 0)
    throw new AwsError(
      'ValidationException',
      `Parameter Event is not valid; it has no ${missing.join(', ')}.`,
    );
  return event;
}

function defined<T extends object>(values: T): Partial<T> {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Partial<T>;
}
