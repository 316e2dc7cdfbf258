import * as z from 'zod';
import { target } from './properties.ts';

const Name = z.string().regex(/^[\w.-]{1,64}$/);
const EventBusName = z.string().optional();
const rule = z.strictObject({ Name, EventBusName });

/** One event of PutEvents. Its fields are checked later, since one invalid entry does not fail the others. */
export const putEventsEntry = z.strictObject({
  Detail: z.string().optional(),
  DetailType: z.string().optional(),
  EventBusName,
  Resources: z.array(z.string()).optional(),
  Source: z.string().optional(),
  /** Seconds since the epoch. */
  Time: z.number().optional(),
  TraceHeader: z.string().optional(),
});
export type PutEventsEntry = z.output<typeof putEventsEntry>;

/**
 * The input of each operation. Other members are refused by name.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/
 */
export const requestSchemas = {
  PutEvents: z.strictObject({ Entries: z.array(putEventsEntry).min(1).max(10) }),
  TestEventPattern: z.strictObject({ Event: z.string(), EventPattern: z.string() }),
  PutRule: z.strictObject({
    Name,
    EventBusName,
    Description: z.string().max(512).optional(),
    EventPattern: z.string().optional(),
    RoleArn: z.string().optional(),
    ScheduleExpression: z.string().optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  }),
  PutTargets: z.strictObject({ Rule: Name, EventBusName, Targets: z.array(target).min(1).max(5) }),
  RemoveTargets: z.strictObject({
    Rule: Name,
    EventBusName,
    Ids: z.array(z.string()).min(1),
  }),
  DescribeRule: rule,
  DeleteRule: rule,
  EnableRule: rule,
  DisableRule: rule,
  ListRules: z.strictObject({ NamePrefix: z.string().optional(), EventBusName }),
  ListTargetsByRule: z.strictObject({ Rule: Name, EventBusName }),
  DescribeEventBus: z.strictObject({ Name: z.string().optional() }),
  ListEventBuses: z.strictObject({ NamePrefix: z.string().optional() }),
} as const;

export type Operation = keyof typeof requestSchemas;
export type Input<Name extends Operation> = z.output<(typeof requestSchemas)[Name]>;
