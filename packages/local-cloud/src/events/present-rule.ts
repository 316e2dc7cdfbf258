import { busPolicy } from './bus-policy.ts';
import type { Rule } from './rule.ts';
import type { Bus } from './rules.ts';

/** A rule in a response. Its targets and tags have operations of their own. */
export function presentRule(rule: Rule) {
  const { Targets: _, EventPattern, Tags: __, ...properties } = rule.properties;
  return {
    ...properties,
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.bus,
    ...(EventPattern === undefined
      ? {}
      : {
          EventPattern:
            typeof EventPattern === 'string' ? EventPattern : JSON.stringify(EventPattern),
        }),
  };
}

/** A bus in a response. */
export function presentBus(bus: Bus) {
  const policy = busPolicy(bus);
  const Policy = policy === undefined ? {} : { Policy: JSON.stringify(policy) };
  return { Name: bus.name, Arn: bus.arn, ...Policy };
}
