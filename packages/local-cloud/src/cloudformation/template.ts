import * as z from 'zod';
import { TemplateError } from './problem.ts';

const resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string().transform((id) => [id]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  // Both apply when a stack is deleted, which does not exist here.
  DeletionPolicy: z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']).optional(),
  UpdateReplacePolicy: z.enum(['Delete', 'Retain', 'Snapshot']).optional(),
});

const parameter = z.strictObject({
  Type: z.string(),
  Default: z.union([z.string(), z.number()]).transform(String).optional(),
  Description: z.string().optional(),
  AllowedValues: z.array(z.union([z.string(), z.number()]).transform(String)).optional(),
  NoEcho: z.boolean().optional(),
});

const output = z.strictObject({
  Value: z.unknown(),
  Description: z.string().optional(),
  Condition: z.string().optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
});

const template = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
  Parameters: z.record(z.string(), parameter).default({}),
  Mappings: z
    .record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())))
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource).default({}),
  Outputs: z.record(z.string(), output).default({}),
  // CDK's only rule checks the version of the bootstrap stack, which the local cloud does not need.
  Rules: z.strictObject({ CheckBootstrapVersion: z.unknown() }).optional(),
});

export type Template = z.output<typeof template>;

/** Throws TemplateError with each element that is unknown or malformed. */
export function parseTemplate(source: unknown): Template {
  const parsed = template.safeParse(source);
  if (parsed.success) return parsed.data;
  throw new TemplateError(z.prettifyError(parsed.error).replaceAll('\n', ' '));
}
