import * as z from 'zod';

/** Services with an HTTP API, by their name in the scope of the signature. */
const CALL_SERVICES = [
  's3',
  'dynamodb',
  'states',
  'events',
  'mediaconvert',
  'lambda',
  'sts',
  'sqs',
  'secretsmanager',
  'cloudfront',
  'cloudfront-keyvaluestore',
] as const;

/** DynamoDB's throttling errors; every other service has exactly one. */
export const DYNAMODB_THROTTLES = [
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'TransactionCanceledException',
  'TransactionConflict',
] as const;

const TRANSACTIONS = new Set(['TransactWriteItems', 'TransactGetItems']);

/** Operations that can fail with status 200 and an error in the body. */
const ERRORS_WITH_STATUS_200: Readonly<Record<string, readonly string[]>> = {
  s3: ['CompleteMultipartUpload', 'DeleteObjects'],
  events: ['PutEvents'],
};
const ALLOWED_WITH_STATUS_200 = Object.entries(ERRORS_WITH_STATUS_200)
  .flatMap(([name, operations]) => operations.map((operation) => `${name} ${operation}`))
  .join(', ');

/** Longer than any timeout here: a longer delay would be the same as a lost event or call. */
const MAX_MS = 7 * 24 * 3600_000;

const text = z.string().min(1);
const count = z.int().min(1);
const ms = z.int().min(0).max(MAX_MS);

const when = {
  /** Default: `fault-<n>`. */
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  /** The first match that the rule is applied to, counted from 1 since the rule was added. */
  nth: count.default(1),
  /** How many matches the rule is applied to, from the nth. */
  times: z.union([count, z.literal('always')]).default(1),
};

const call = {
  ...when,
  service: z.enum(CALL_SERVICES),
  /** `PutItem`, `UploadPart`, `Invoke`; `*` for all. */
  operation: z
    .string()
    .regex(
      /^(\*|[A-Z]\w+)$/,
      "an operation by its name in the service's API, such as PutItem, or *",
    ),
  /** Part of the name of the resource: table, function, `bucket/key`, ARN. */
  resource: text.optional(),
  /** Part of the request's body. */
  contains: text.optional(),
  /** Part of `roleName/sessionName`, or of a service's name; `root`, `anonymous`. */
  caller: text.optional(),
};

const callRule = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...call,
      kind: z.literal('throttle'),
      code: z.enum(DYNAMODB_THROTTLES).optional(),
    }),
    z.strictObject({ ...call, kind: z.literal('server_error') }),
    z.strictObject({ ...call, kind: z.literal('error_with_status_200') }),
    z.strictObject({ ...call, kind: z.literal('truncated_response') }),
    z.strictObject({ ...call, kind: z.literal('lost_response') }),
    z.strictObject({ ...call, kind: z.literal('connection_reset') }),
    z.strictObject({ ...call, kind: z.literal('delay'), ms }),
  ])
  .check(({ value, issues }) => {
    if (value.service === 's3' && value.contains !== undefined) {
      issues.push({
        code: 'custom',
        input: value.contains,
        path: ['contains'],
        message:
          'the body of a request to s3 is a stream, so it cannot be matched; use resource, a part of "bucket/key"',
      });
    }
    if (value.kind === 'throttle' && value.code !== undefined && value.service !== 'dynamodb') {
      issues.push({
        code: 'custom',
        input: value.code,
        path: ['code'],
        message: `${value.service} has one throttling error; a code is allowed for dynamodb only`,
      });
    }
    const failing = ERRORS_WITH_STATUS_200[value.service] ?? [];
    if (value.kind === 'error_with_status_200' && !failing.includes(value.operation)) {
      issues.push({
        code: 'custom',
        input: value.operation,
        path: ['operation'],
        message: `the kind error_with_status_200 is allowed for ${ALLOWED_WITH_STATUS_200}`,
      });
    }
    const streamed = value.service === 's3' && value.operation === 'GetObject';
    if (value.kind === 'truncated_response' && !streamed) {
      issues.push({
        code: 'custom',
        input: value.operation,
        path: ['operation'],
        message: 'the kind truncated_response is allowed for s3 GetObject',
      });
    }
    const ofTransaction = 'code' in value && /^Transaction/.test(value.code ?? '');
    if (ofTransaction && !TRANSACTIONS.has(value.operation)) {
      issues.push({
        code: 'custom',
        input: value.operation,
        path: ['operation'],
        message: `the code ${value.code} is allowed for ${[...TRANSACTIONS].join(' and ')}`,
      });
    }
  });

const runRule = z.strictObject({
  ...when,
  service: z.literal('function'),
  operation: z.literal('Run').default('Run'),
  /** Part of the function's name. */
  resource: text.optional(),
  /** Part of the payload. */
  contains: text.optional(),
  kind: z.enum(['crash_before', 'crash_after', 'timeout']),
});

const eventFields = { operation: text.optional(), status: text.optional() };

const event = {
  ...when,
  service: z.literal('event'),
  /** The detail-type; `*` for all. */
  operation: text,
  /** The exact source. */
  source: text.optional(),
  /** The exact `detail.status`. */
  status: text.optional(),
  /** Part of the event as JSON. */
  contains: text.optional(),
  /** The receivers that the fault affects: targets of rules, tasks that wait for a job (`.sync`), or all. */
  to: z.enum(['all', 'rules', 'sync']).default('all'),
};

const eventRule = z.discriminatedUnion('kind', [
  z.strictObject({ ...event, kind: z.literal('drop') }),
  z.strictObject({ ...event, kind: z.literal('duplicate'), copies: count.max(100).default(1) }),
  z.strictObject({ ...event, kind: z.literal('delay'), ms }),
  z.strictObject({
    ...event,
    kind: z.literal('reorder'),
    until: z.strictObject(eventFields).default({}),
    ms: ms.default(60_000),
  }),
]);

export type CallRule = z.output<typeof callRule> & { readonly id: string };
export type RunRule = z.output<typeof runRule> & { readonly id: string };
export type EventRule = z.output<typeof eventRule> & { readonly id: string };
/** A rule with its defaults. docs/faults.md describes each kind. */
export type FaultRule = CallRule | RunRule | EventRule;
/** A rule; members with a default are optional. */
export type FaultRuleInput =
  | z.input<typeof callRule>
  | z.input<typeof runRule>
  | z.input<typeof eventRule>;

/** A rule is not valid; the message names the member, its value and the allowed values. */
export class BadFaultRule extends Error {
  override readonly name = 'BadFaultRule';
}

const SERVICES = [...CALL_SERVICES, 'function', 'event'];
const service = z.looseObject({ service: z.enum(SERVICES) });

/** Validates one rule and fills in its defaults; `newId` makes an id if it has none. Throws BadFaultRule. */
export function parseRule(input: unknown, newId: () => string): FaultRule {
  const named = checked(service, input).service;
  const schema = named === 'function' ? runRule : named === 'event' ? eventRule : callRule;
  const rule = checked<Omit<FaultRule, 'id'> & { id?: string | undefined }>(schema, input);
  return { ...rule, id: rule.id ?? newId() } as FaultRule;
}

function checked<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const member = path.join('.') || 'the rule';
    const value = path.reduce<unknown>((parent, key) => memberOf(parent, key), input);
    return `${member}: ${message}; got ${value === undefined ? 'nothing' : JSON.stringify(value)}`;
  });
  throw new BadFaultRule(`The fault rule is not valid: ${problems.join('. ')}.`);
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
