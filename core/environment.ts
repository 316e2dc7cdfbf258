import * as z from 'zod/mini';
import { budgetsSchema } from './quota/budgets.ts';
import { MIN_ENDED_DAYS } from './uploads/erasure.ts';
import { uploadPolicySchema } from './uploads/upload-policy.ts';
import { check } from './validation/check.ts';

const text = z.string().check(z.minLength(1));

const fromJson = z.transform((json: string, context) => {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    context.issues.push({ code: 'custom', message: 'must be JSON', input: json });
    return z.NEVER;
  }
});

const policy = z.pipe(z.pipe(text, fromJson), uploadPolicySchema);
/** How much each owner may use a day and a minute. */
const budgets = { BUDGETS: z.pipe(z.pipe(text, fromJson), budgetsSchema) };

/** Powertools reads these variables itself. They are listed so that no function is deployed without them. */
const powertools = {
  POWERTOOLS_SERVICE_NAME: text,
  POWERTOOLS_METRICS_NAMESPACE: text,
  POWERTOOLS_LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
};

/** The value of the variables of delivery where there is none. */
export const DELIVERY_OFF = 'none';

const table = { TABLE_NAME: text };
const source = { SOURCE_BUCKET: text };
const output = { OUTPUT_BUCKET: text };
const count = (minimum: number) =>
  z.pipe(
    z.pipe(
      text,
      z.transform((digits: string) => Number(digits)),
    ),
    z.int().check(z.minimum(minimum)),
  );
/** `AdmissionLimits`. */
const admission = { JOBS_AT_ONCE: count(0), JOBS_AT_ONCE_PER_OWNER: count(1) };
/** Days after which the record of a cancelled, deleted or expired upload is deleted. */
const retention = {
  ENDED_DAYS: z.pipe(
    z.transform((days: string) => Number(days)),
    z.int().check(z.minimum(MIN_ENDED_DAYS)),
  ),
};
/** The roles that sign parts, single requests and forms, and the rules for grants. */
const granting = {
  SIGNER_ROLE_ARN: text,
  OBJECT_SIGNER_ROLE_ARN: text,
  FORM_SIGNER_ROLE_ARN: text,
  UPLOAD_POLICY: policy,
  /** Whether grants use the transfer acceleration endpoint of S3. */
  TRANSFER_ACCELERATION: z.enum(['on', 'off']),
};

const unlessOff = z.pipe(
  text,
  z.transform((value: string) => (value === DELIVERY_OFF ? undefined : value)),
);
/** Where viewers get videos, and the keys of their tokens. */
const delivery = {
  /** `https://…`, without a slash at the end. */
  MEDIA_HOST: unlessOff,
  SIGNING_SECRET_ARN: unlessOff,
};
/** What the viewer function reads. */
const edge = { KEY_VALUE_STORE_ARN: unlessOff };
/** The claim of access tokens that says who is a moderator. */
const moderators = { MODERATORS_CLAIM: text, MODERATORS_VALUE: text };

/**
 * The environment of each function, by the name of its file. A construct passes `EnvironmentOf<Name>` and compiles only
 * with exactly these variables. A function reads its environment once with `readEnvironment`. The entries are functions
 * so that a cold start creates only one schema.
 */
export const environments = {
  'create-upload': () =>
    z.object({
      ...powertools,
      ...table,
      ...source,
      ...granting,
      ...budgets,
      /** The allowed origins, separated by spaces. */
      ALLOWED_ORIGINS: z.pipe(
        text,
        z.transform((origins: string) => origins.split(' ')),
      ),
    }),
  'sign-parts': () => z.object({ ...powertools, ...table, ...source, ...granting, ...budgets }),
  'list-parts': () => z.object({ ...powertools, ...table, ...source, ...budgets }),
  'complete-upload': () => z.object({ ...powertools, ...table, ...source, ...budgets }),
  'cancel-upload': () =>
    z.object({
      ...powertools,
      ...table,
      ...source,
      ...output,
      ...edge,
      ...budgets,
      ...retention,
    }),
  'retry-upload': () =>
    z.object({
      ...powertools,
      ...table,
      ...source,
      ...output,
      ...budgets,
      STATE_MACHINE_ARN: text,
      UPLOAD_POLICY: policy,
    }),
  'get-upload': () => z.object({ ...powertools, ...table, ...source, ...admission, ...budgets }),
  'list-uploads': () => z.object({ ...powertools, ...table, ...budgets }),
  'get-playback': () =>
    z.object({ ...powertools, ...table, ...delivery, ...moderators, ...budgets }),
  'set-visibility': () => z.object({ ...powertools, ...table, ...budgets }),
  'put-captions': () => z.object({ ...powertools, ...table, ...output, ...budgets }),
  'get-captions': () => z.object({ ...powertools, ...table, ...output, ...budgets }),
  'delete-captions': () => z.object({ ...powertools, ...table, ...output, ...budgets }),
  'get-original': () =>
    z.object({ ...powertools, ...table, ...source, ORIGINAL_SIGNER_ROLE_ARN: text, ...budgets }),
  'get-public-playback': () => z.object({ ...powertools, ...table, ...delivery }),
  'create-viewer-playback': () => z.object({ ...powertools, ...table, ...delivery, ...budgets }),
  'remove-upload': () => z.object({ ...powertools, ...table, ...edge, ...moderators, ...budgets }),
  'restore-upload': () => z.object({ ...powertools, ...table, ...edge, ...moderators, ...budgets }),
  companion: () =>
    z.object({ ...powertools, ...table, ...source, ...granting, ...budgets, ...retention }),
  'create-companion-session': () =>
    z.object({
      ...powertools,
      ...table,
      ...budgets,
      COMPANION_SESSION_SECONDS: z.pipe(
        z.transform((seconds: string) => Number(seconds)),
        z.int().check(z.minimum(60), z.maximum(21_600)),
      ),
    }),
  'accept-form': () => z.object({ ...powertools, ...table, ...source }),
  'inspect-media': () =>
    z.object({ ...powertools, ...table, ...output, ...budgets, UPLOAD_POLICY: policy }),
  'admit-upload': () => z.object({ ...powertools, ...table, ...admission }),
  'release-slot': () => z.object({ ...powertools, ...table, ...admission }),
  'record-job': () => z.object({ ...powertools, ...table }),
  'publish-video': () => z.object({ ...powertools, ...table, ...source, ...output }),
  'rotate-signing-keys': () =>
    z.object({ ...powertools, SIGNING_SECRET_ARN: text, KEY_VALUE_STORE_ARN: text }),
  'reconcile-uploads': () =>
    z.object({
      ...powertools,
      ...table,
      ...source,
      ...output,
      ...admission,
      ...edge,
      SIGNING_SECRET_ARN: unlessOff,
      ...retention,
      STATE_MACHINE_ARN: text,
      UPLOAD_POLICY: policy,
    }),
} as const;

export type FunctionName = keyof typeof environments;

/** The variables that a construct sets: strings, the policy as JSON. */
export type EnvironmentOf<Name extends FunctionName> = z.input<
  ReturnType<(typeof environments)[Name]>
>;
/** The parsed variables that a function reads. */
export type ReadEnvironment<Name extends FunctionName> = z.output<
  ReturnType<(typeof environments)[Name]>
>;

/** A variable is missing or invalid. The message contains the names of variables, never their values. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/**
 * @param variables `process.env`
 * @throws EnvironmentError
 */
export function readEnvironment<Name extends FunctionName>(
  name: Name,
  variables: Readonly<Record<string, string | undefined>>,
): ReadEnvironment<Name> {
  const result = check(environments[name](), variables);
  if (result.success) return result.data as ReadEnvironment<Name>;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new EnvironmentError(`The environment of ${name} is not valid. ${problems.join('; ')}.`);
}
