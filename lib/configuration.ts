import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { uploadPolicySchema } from '../core/uploads/upload-policy.ts';

const origin = z
  .string()
  .regex(
    /^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/,
    'must be an origin such as https://app.example.com, or *',
  );

/** What Cognito takes: https, plain http for localhost only, or an app's own scheme. */
const callbackUrl = z
  .string()
  .regex(
    /^(https:\/\/\S+|http:\/\/localhost[:/]\S*|(?!https?:)[a-z][a-z0-9+.-]*:\/\/\S*)$/,
    "must be https, http://localhost or an app's own scheme",
  );

const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/);

/** An OpenID Connect provider of your own, in place of the Cognito user pool that is made otherwise. */
const foreignIdentity = z.strictObject({
  /** As `iss` stands in the tokens. Without a slash at the end unless the tokens have one. */
  issuer: z.url({ protocol: /^https$/ }),
  /** A token passes if its `aud` (or `client_id` where `aud` is absent) is one of these. */
  audience: z.array(z.string().min(1)).min(1),
  /** Scopes of the access token that reading and writing require. */
  scopes: z
    .strictObject({
      read: scope.default('uploads.read'),
      write: scope.default('uploads.write'),
    })
    .prefault({}),
});

/** The user pool that is made where no foreign provider is configured. */
const ownIdentity = z.strictObject({
  /** The sign-in page stands at `<prefix>.auth.<region>.amazoncognito.com`; default: made from name and account. */
  domainPrefix: z
    .string()
    .regex(/^(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
    .optional(),
  callbackUrls: z.array(callbackUrl).min(1).default(['http://localhost:5173/']),
  /** Whether people may make accounts for themselves. */
  selfSignUp: z.boolean().default(false),
});

/** Days that CloudWatch Logs knows as a retention. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

/** cdk.json's context `reelgate`. Every field has a default; an unknown field is refused. */
export const configurationSchema = z.strictObject({
  /** Prefix of the stacks' names: one account can hold several deployments. Also of the sign-in domain, hence no aws. */
  name: z
    .string()
    .regex(
      /^(?!.*(aws|amazon|cognito))[a-z][a-z0-9-]{0,29}$/,
      'must be 1 to 30 lower case letters, digits and hyphens, a letter first, without aws, amazon and cognito',
    )
    .default('reelgate'),
  /** Origins of the pages that upload and call the API. */
  allowedOrigins: z.array(origin).min(1).default(['http://localhost:5173']),
  identity: z
    .strictObject({
      foreign: foreignIdentity.optional(),
      own: ownIdentity.prefault({}),
    })
    .prefault({}),
  /** What may be uploaded, by whom how much; review on or off; grant lifetime. */
  upload: z.prefault(uploadPolicySchema, {}),
  /** Seconds that an address for clients without headers (Uppy 6) lives. */
  companionSessionSeconds: z.int().min(60).max(21_600).default(3_600),
  /** Grants point to S3's accelerated endpoint. AWS takes a price for what it makes faster; not in China. */
  transferAcceleration: z.boolean().default(false),
  /** Keep buckets and table when the data stack is deleted, and protect the table from deletion. */
  retainData: z.boolean().default(true),
  throttle: z
    .strictObject({
      /** Requests a second, all callers together. */
      rate: z.number().min(1).max(10_000).default(100),
      burst: z.int().min(1).max(5_000).default(200),
    })
    .prefault({}),
  logRetentionDays: z.literal(RETENTION_DAYS).default(30),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
  /** SNS topic that hears of alarms; without it they are seen in CloudWatch only. */
  alarmTopicArn: z
    .string()
    .regex(/^arn:[\w-]+:sns:[a-z0-9-]+:\d{12}:[\w.-]+$/)
    .optional(),
});

export type Configuration = z.output<typeof configurationSchema>;
export type ConfigurationInput = z.input<typeof configurationSchema>;

/** The configuration is not usable; the message names every field at fault. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * The configuration of this synthesis.
 *
 * @param context cdk.json's `reelgate`; a JSON text where it came by `-c reelgate={…}`
 * @param file path of a JSON file that takes the context's place (`REELGATE_CONFIG`)
 * @throws ConfigurationError
 */
export function readConfiguration(context: unknown, file?: string): Configuration {
  const source = file === undefined ? "the context 'reelgate'" : file;
  const given = file === undefined ? context : readText(file);
  const result = configurationSchema.safeParse(parseText(given ?? {}, source), {
    reportInput: true,
  });
  if (result.success) return result.data;
  const problems = result.error.issues.map(explain).join('\n  ');
  throw new ConfigurationError(`The configuration (${source}) is not valid:\n  ${problems}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(
      `The configuration file ${file} cannot be read: ${(error as Error).message}`,
    );
  }
}

function parseText(given: unknown, source: string): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch (error) {
    throw new ConfigurationError(
      `The configuration (${source}) must be JSON, came as ${clip(given)}: ${(error as Error).message}`,
    );
  }
}

/** What was wrong, what came, what is allowed. */
function explain(issue: z.core.$ZodIssue): string {
  const field = issue.path.length === 0 ? 'configuration' : issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${field}: unknown ${issue.keys.map((key) => `'${key}'`).join(', ')}; see docs/reference/configuration.md for the fields that exist`;
  }
  const came = 'input' in issue ? `; came ${clip(JSON.stringify(issue.input) ?? 'nothing')}` : '';
  return `${field}: ${issue.message}${came}`;
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
