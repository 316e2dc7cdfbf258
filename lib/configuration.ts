import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { budgetsSchema } from '../core/quota/budgets.ts';
import { MIN_ENDED_DAYS } from '../core/uploads/erasure.ts';
import { uploadPolicySchema } from '../core/uploads/upload-policy.ts';

const origin = z
  .string()
  .regex(
    /^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/,
    'must be an origin such as https://app.example.com, or *',
  );

/** The callback URLs that Cognito accepts: https, http for localhost only, or the custom scheme of an app. */
const callbackUrl = z
  .string()
  .regex(
    /^(https:\/\/\S+|http:\/\/localhost[:/]\S*|(?!https?:)[a-z][a-z0-9+.-]*:\/\/\S*)$/,
    'must start with https, http://localhost or the custom scheme of an app',
  );

const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/);

/** Your own OpenID Connect provider, used instead of a new Cognito user pool. */
const foreignIdentity = z.strictObject({
  /** The `iss` claim of the tokens, exactly, with or without a trailing slash. */
  issuer: z.url({ protocol: /^https$/ }),
  /** Accepted values of the claim `aud`, or of `client_id` if `aud` is absent. */
  audience: z.array(z.string().min(1)).min(1),
  /** The scopes that an access token needs for reading, for writing, and for letting viewers play any video. */
  scopes: z
    .strictObject({
      read: scope.default('uploads.read'),
      write: scope.default('uploads.write'),
      play: scope.default('videos.play'),
    })
    .prefault({}),
  /** The claim of an access token that says who is a moderator, and its value, alone or in a list. */
  moderators: z
    .strictObject({
      claim: z.string().min(1).default('groups'),
      value: z
        .string()
        .regex(/^[^\s,[\]]+$/, 'must have no spaces, commas or brackets')
        .default('moderators'),
    })
    .prefault({}),
});

/** The user pool that is created if no other provider is configured. */
const ownIdentity = z.strictObject({
  /** The sign-in page has the address `<prefix>.auth.<region>.amazoncognito.com`. @default from name and account */
  domainPrefix: z
    .string()
    .regex(/^(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
    .optional(),
  callbackUrls: z.array(callbackUrl).min(1).default(['http://localhost:5173/']),
  /** Whether users can sign up themselves. */
  selfSignUp: z.boolean().default(false),
});

/** The retention periods that CloudWatch Logs supports, in days. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

const fields = z.strictObject({
  /** Prefix of the stack names, so that an account can have several deployments. Also part of the sign-in domain, which must not contain `aws`. */
  name: z
    .string()
    .regex(
      /^(?!.*(aws|amazon|cognito))[a-z][a-z0-9-]{0,29}$/,
      'must have 1 to 30 lower case letters, digits and hyphens, start with a letter, and not contain aws, amazon or cognito',
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
  /**
   * How viewers get videos. `none` where there is no CloudFront, as in GovCloud: videos are then for consumers with access
   * to the bucket.
   */
  delivery: z.enum(['cloudfront', 'none']).default('cloudfront'),
  /** What may be uploaded, the quota of an owner, whether videos are reviewed, and the lifetime of grants. */
  upload: z.prefault(uploadPolicySchema, {}),
  /** How many MediaConvert jobs run at once; further uploads wait. */
  transcoding: z
    .strictObject({
      /** Jobs of all owners together. With 0 no upload is converted: all of them wait. */
      jobsAtOnce: z.int().min(0).max(1_000).default(20),
      /** Jobs of one owner. */
      jobsAtOncePerOwner: z.int().min(1).max(1_000).default(5),
    })
    .prefault({}),
  /** How much each owner may use a day and a minute. */
  budgets: z.prefault(budgetsSchema, {}),
  /** Lifetime in seconds of a base path for clients that cannot send headers (Uppy 6). */
  companionSessionSeconds: z.int().min(60).max(21_600).default(3_600),
  /**
   * How many files of forms are accepted at the same time: a form can be posted again and again while it is valid, and
   * each copy can have 5 GiB. Reserved from the account's concurrency, of which 100 must stay unreserved:
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  formsAtOnce: z.union([z.int().min(1).max(1_000), z.literal('unlimited')]).default(5),
  /** Whether grants use S3 Transfer Acceleration. AWS charges for accelerated bytes. Not available in China. */
  transferAcceleration: z.boolean().default(false),
  /**
   * Whether buckets, table, accounts and logs are kept when their stack is deleted, the table has deletion protection,
   * and the data stack termination protection.
   */
  retainData: z.boolean().default(true),
  retention: z
    .strictObject({
      /** Days after which the record of a cancelled, deleted or expired upload is deleted. */
      endedDays: z.int().min(MIN_ENDED_DAYS).max(3_650).default(30),
    })
    .prefault({}),
  throttle: z
    .strictObject({
      /** Requests per second, of all callers together. Requests whose token is refused may count too. */
      rate: z.number().min(1).max(10_000).default(1_000),
      burst: z.int().min(1).max(5_000).default(2_000),
      /** The same for each route that needs no token: anybody can call it, so it has limits of its own. */
      withoutToken: z
        .strictObject({
          rate: z.number().min(1).max(10_000).default(20),
          burst: z.int().min(1).max(5_000).default(100),
        })
        .prefault({}),
    })
    .prefault({}),
  logRetentionDays: z.literal(RETENTION_DAYS).default(30),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
  /** ARN of an SNS topic for alarms. @default alarms are visible in CloudWatch only */
  alarmTopicArn: z
    .string()
    .regex(/^arn:[\w-]+:sns:[a-z0-9-]+:\d{12}:[\w.-]+$/)
    .optional(),
  /** Receives the alarms by email, through a topic of the stack, instead of `alarmTopicArn`. @default nobody */
  alarmEmail: z.email().optional(),
  /** Limits above which an alarm says that costs are unusual. 0 turns an alarm off. */
  costAlarms: z
    .strictObject({
      /** Minutes of output in all renditions that are published in a day. */
      outputMinutesPerDay: z.int().min(0).default(5_000),
      /** Executions of the workflow that are started in an hour. */
      executionsPerHour: z.int().min(0).default(500),
      /** Requests that API Gateway refuses with status 429 in five minutes. */
      throttledRequestsPerFiveMinutes: z.int().min(0).default(100),
    })
    .prefault({}),
  /** US dollars a month of the whole account, above which AWS Budgets notifies the recipient of the alarms. 0: no budget. */
  monthlyBudget: z.int().min(0).default(0),
});

/** The context `reelgate` of cdk.json. Every field has a default; an unknown field is an error. */
export const configurationSchema = fields
  .refine((given) => given.alarmEmail === undefined || given.alarmTopicArn === undefined, {
    message: 'must not be set beside alarmTopicArn: subscribe the address to that topic',
    path: ['alarmEmail'],
  })
  .refine(
    ({ monthlyBudget, alarmEmail, alarmTopicArn }) =>
      monthlyBudget === 0 || (alarmEmail ?? alarmTopicArn) !== undefined,
    {
      message: 'needs alarmEmail or alarmTopicArn: a budget without a recipient notifies nobody',
      path: ['monthlyBudget'],
    },
  );

export type Configuration = z.output<typeof configurationSchema>;
export type ConfigurationInput = z.input<typeof configurationSchema>;

/** The configuration is invalid. The message names every invalid field. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Reads the configuration for this synthesis.
 *
 * @param context cdk.json's `reelgate`; JSON text if it was passed as `-c reelgate={…}`
 * @param file path of a JSON file that replaces the context (`REELGATE_CONFIG`)
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
      `The configuration (${source}) must be JSON; received ${clip(given)}: ${(error as Error).message}`,
    );
  }
}

/** What was expected, and what the configuration contains. */
function explain(issue: z.core.$ZodIssue): string {
  const field = issue.path.length === 0 ? 'configuration' : issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${field}: unknown ${issue.keys.map((key) => `'${key}'`).join(', ')}; see docs/reference/configuration.md for the fields that exist`;
  }
  const received =
    'input' in issue ? `; received ${clip(JSON.stringify(issue.input) ?? 'nothing')}` : '';
  return `${field}: ${issue.message}${received}`;
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
