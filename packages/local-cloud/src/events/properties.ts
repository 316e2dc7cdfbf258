import * as z from 'zod';
import { PARTITION } from '../shared/account.ts';

const integer = (minimum: number, maximum: number) =>
  z.coerce.number().int().min(minimum).max(maximum);
const arn = z
  .string()
  .regex(new RegExp(`^arn:${PARTITION}:`), `must be an ARN of the partition ${PARTITION}`);
const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));

/** The kinds of target: a state machine, a function, a queue or another bus. */
const TARGET =
  /^arn:aws:(states:[^:]+:[^:]+:stateMachine|lambda:[^:]+:[^:]+:function|sqs:[^:]+:[^:]+|events:[^:]+:[^:]+:event-bus)[:/]?/;

/** A rule's target, in templates and in PutTargets. */
export const target = z
  .strictObject({
    Arn: arn.regex(TARGET, 'must be a state machine, a Lambda function, a queue or an event bus'),
    DeadLetterConfig: z.strictObject({ Arn: arn.optional() }).optional(),
    Id: z.string().regex(/^[\w.-]{1,64}$/),
    Input: z.string().max(8192).optional(),
    InputPath: z.string().optional(),
    InputTransformer: z
      .strictObject({
        InputPathsMap: z.record(z.string(), z.string()).optional(),
        InputTemplate: z.string().min(1).max(8192),
      })
      .optional(),
    RetryPolicy: z
      .strictObject({
        MaximumEventAgeInSeconds: integer(60, 86_400).optional(),
        MaximumRetryAttempts: integer(0, 185).optional(),
      })
      .optional(),
    RoleArn: arn.optional(),
  })
  .refine(
    ({ Input, InputPath, InputTransformer }) =>
      [Input, InputPath, InputTransformer].filter((one) => one !== undefined).length < 2,
    'Input, InputPath and InputTransformer exclude each other',
  )
  .refine(({ Arn, RoleArn }) => RoleArn !== undefined || !/^arn:aws:(states|events):/.test(Arn), {
    message: 'a state machine or a bus as target needs a RoleArn',
    path: ['RoleArn'],
  });
export type Target = z.output<typeof target>;

const state = z.enum(['ENABLED', 'DISABLED']);
const name = z.string().regex(/^[\w.-]{1,64}$/);

/** AWS::Events::Rule. */
export const ruleProperties = z
  .strictObject({
    Description: z.string().max(512).optional(),
    EventBusName: z.string().optional(),
    EventPattern: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
    Name: name.optional(),
    RoleArn: arn.optional(),
    ScheduleExpression: z.string().optional(),
    State: state.default('ENABLED'),
    Tags: tags.optional(),
    Targets: z.array(target).max(5).default([]),
  })
  .refine((rule) => rule.EventPattern !== undefined || rule.ScheduleExpression !== undefined, {
    message: 'a rule has an EventPattern or a ScheduleExpression',
  });
export type RuleProperties = z.output<typeof ruleProperties>;

/**
 * AWS::Events::EventBus: custom buses of this account. Partner event sources and customer managed keys are
 * refused.
 */
export const eventBusProperties = z.strictObject({
  Description: z.string().optional(),
  Name: z.string().regex(/^[/.\-_A-Za-z0-9]{1,256}$/),
  Policy: z.record(z.string(), z.unknown()).optional(),
  Tags: tags.optional(),
});

/** AWS::Events::EventBusPolicy: one statement of a bus's policy. */
export const eventBusPolicyProperties = z.strictObject({
  EventBusName: z.string().optional(),
  Statement: z.record(z.string(), z.unknown()),
  StatementId: name,
});
