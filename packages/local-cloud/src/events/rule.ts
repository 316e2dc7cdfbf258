import { arn } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import { compilePattern, type EventMatcher } from './event-pattern.ts';
import type { RuleProperties, Target } from './properties.ts';
import { compileSchedule, type NextFiring } from './schedule.ts';
import { compileInput, type TargetInput } from './target-input.ts';

/** The bus that gets the events of AWS services. */
export const DEFAULT_BUS = 'default';

/** A validated rule with its compiled pattern, schedule and inputs. */
export interface Rule {
  readonly name: string;
  readonly bus: string;
  readonly arn: string;
  readonly properties: RuleProperties;
  readonly matches: EventMatcher;
  readonly nextFiring: NextFiring | undefined;
  readonly targets: readonly CompiledTarget[];
}

export interface CompiledTarget {
  readonly target: Target;
  readonly input: TargetInput;
}

/** `arn:…:rule/<name>`, or `arn:…:rule/<bus>/<name>` for a custom bus. */
export function ruleArn(bus: string, name: string): string {
  return arn('events', `rule/${bus === DEFAULT_BUS ? '' : `${bus}/`}${name}`);
}

export const busArn = (name: string) => arn('events', `event-bus/${name}`);

/** The name of a bus from its name or ARN; undefined means the default bus. */
export function busName(nameOrArn: string | undefined): string {
  return nameOrArn?.replace(/^arn:.*:event-bus\//, '') ?? DEFAULT_BUS;
}

/** Throws for a pattern, schedule, path or template that EventBridge refuses. */
export function compileRule(name: string, properties: RuleProperties): Rule {
  const bus = busName(properties.EventBusName);
  const { EventPattern, ScheduleExpression, Targets } = properties;
  if (ScheduleExpression !== undefined && bus !== DEFAULT_BUS)
    throw new AwsError(
      'ValidationException',
      `ScheduleExpression is supported only on the default event bus; the rule ${name} is on ${bus}.`,
    );
  const ids = Targets.map(({ Id }) => Id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined)
    throw new AwsError(
      'ValidationException',
      `Target id ${repeated} repeated in the rule ${name}.`,
    );
  return {
    name,
    bus,
    arn: ruleArn(bus, name),
    properties,
    matches: EventPattern === undefined ? () => false : compilePattern(EventPattern),
    nextFiring: ScheduleExpression === undefined ? undefined : compileSchedule(ScheduleExpression),
    targets: Targets.map((target) => ({ target, input: compileInput(target) })),
  };
}
