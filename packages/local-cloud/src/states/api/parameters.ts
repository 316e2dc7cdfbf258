import * as z from 'zod';
import { AwsError } from '../../shared/aws-error.ts';
import { NAME_CHARACTERS } from '../language/limits.ts';

export const machineArn = z.string().min(1).max(256);
export const executionArnText = z.string().min(1).max(256);
export const maxResults = z.number().int().min(0).max(1000).optional();
export const nextToken = z.string().min(1).max(1024).optional();
export const roleArnText = z.string().min(1).max(256);
export const taskToken = z.string().min(1).max(2048);
export const errorText = z.string().max(256).optional();
export const causeText = z.string().max(32_768).optional();

/**
 * The parameters of a call; an unknown parameter is an error with its name.
 * @throws AwsError ValidationException
 */
export function readParameters<T>(schema: z.ZodType<T>, body: Buffer): T {
  let json: unknown;
  try {
    json = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new AwsError(
    'ValidationException',
    `${issues.length} validation error detected: ${issues.join('; ')}`,
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what a name must not have
const NOT_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export function checkName(name: string): void {
  if (name.length >= 1 && name.length <= NAME_CHARACTERS && !NOT_IN_NAMES.test(name)) return;
  throw new AwsError(
    'InvalidName',
    `Invalid Name: '${name}'. A name has 1 to ${NAME_CHARACTERS} characters, no white space, brackets, wildcards, special or control characters.`,
  );
}

/** A page is an offset in a stable order; the token encodes it. */
export function readPageToken(token: string | undefined): number {
  if (token === undefined) return 0;
  const offset = Number(Buffer.from(token, 'base64url').toString());
  if (Number.isSafeInteger(offset) && offset >= 0) return offset;
  throw new AwsError('InvalidToken', `Invalid Token: '${token}'`);
}

export function pageToken(offset: number): string {
  return Buffer.from(String(offset)).toString('base64url');
}

/** Times in the JSON protocol are in seconds since the epoch. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
