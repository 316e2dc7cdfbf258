import * as z from 'zod';
import { checkFunctionCode } from './check-function-code.ts';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/**
 * AWS::CloudFront::Function. Runtime 1.0 is refused, and so is code that uses what runtime 2.0 does not have: Node,
 * which runs it here, has more. A function is published when it is created (AutoPublish).
 */
export const functionProperties = z.strictObject({
  AutoPublish: flag.refine(
    (value) => value,
    'must be true: the local cloud hosts published functions only',
  ),
  FunctionCode: z.string().check(({ value, issues }) => {
    for (const { line, column, message } of checkFunctionCode(value))
      issues.push({
        code: 'custom',
        input: value,
        message: line === 0 ? message : `line ${line}, column ${column}: ${message}`,
      });
  }),
  FunctionConfig: z.strictObject({
    Comment: z.string().max(128),
    KeyValueStoreAssociations: z
      .array(z.strictObject({ KeyValueStoreARN: z.string() }))
      .max(1)
      .default([]),
    Runtime: z.literal('cloudfront-js-2.0'),
  }),
  Name: z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - and _'),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});
export type FunctionProperties = z.output<typeof functionProperties>;
