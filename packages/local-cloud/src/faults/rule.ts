import * as z from 'zod';

/** Services that are called over HTTP, by the name in the signature's scope. */
const CALL_SERVICES = [
  's3',
  'dynamodb',
  'states',
  'events',
  'mediaconvert',
  'lambda',
  'sts',
  'sqs',
] as const;

/** How DynamoDB says that it is asked too much; other services have one way each. */
export const DYNAMODB_THROTTLES = [
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'TransactionCanceledException',
  'TransactionConflict',
] as const;

const TRANSACTIONS = new Set(['TransactWriteItems', 'TransactGetItems']);

/** Operations that may say 200 and have failed all the same: the error stands in the answer. */
const FAILING_WITH_200: Readonly<Record<string, readonly string[]>> = {
  s3: ['CompleteMultipartUpload', 'DeleteObjects'],
  events: ['PutEvents'],
};
const FAILING = Object.entries(FAILING_WITH_200)
  .flatMap(([name, operations]) => operations.map((operation) => `${name} ${operation}`))
  .join(', ');

/** Longer than anything waits here; beyond it a rule would only hide an event or a call. */
const MAX_MS = 7 * 24 * 3600_000;

const text = z.string().min(1);
const count = z.int().min(1);
const ms = z.int().min(0).max(MAX_MS);

const when = {
  /** Default: made, `fault-<n>`. */
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  /** The match that is the first to be acted on, counted from 1 since the rule was added. */
  nth: count.default(1),
  /** How many matches are acted on, from the nth. */
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
  /** Part of the name of what is called: table, function, `bucket/key`, ARN. */
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
    z.strictObject({ ...call, kind: z.literal('error_in_answer') }),
    z.strictObject({ ...call, kind: z.literal('truncated_answer') }),
    z.strictObject({ ...call, kind: z.literal('lost_answer') }),
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
          'bodies sent to s3 are streamed and not looked into; allowed there is resource, a part of "bucket/key"',
      });
    }
    if (value.kind === 'throttle' && value.code !== undefined && value.service !== 'dynamodb') {
      issues.push({
        code: 'custom',
        input: value.code,
        path: ['code'],
        message: `${value.service} has one way to throttle; a code is allowed for dynamodb only`,
      });
    }
    const failing = FAILING_WITH_200[value.service] ?? [];
    if (value.kind === 'error_in_answer' && !failing.includes(value.operation)) {
      issues.push({
        code: 'custom',
        input: value.operation,
        path: ['operation'],
        message: `with the kind error_in_answer, ${FAILING} are allowed`,
      });
    }
    const streamed = value.service === 's3' && value.operation === 'GetObject';
    if (value.kind === 'truncated_answer' && !streamed) {
      issues.push({
        code: 'custom',
        input: value.operation,
        path: ['operation'],
        message: 'with the kind truncated_answer, s3 GetObject is allowed',
      });
    }
    const ofTransaction = 'code' in value && /^Transaction/.test(value.code ?? '');
    if (ofTransaction && !TRANSACTIONS.has(value.operation)) {
      issues.push({
        code: 'custom',
        input: value.operation,
        path: ['operation'],
        message: `with the code ${value.code}, ${[...TRANSACTIONS].join(' and ')} are allowed`,
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
  /** The source, whole. */
  source: text.optional(),
  /** `detail.status`, whole. */
  status: text.optional(),
  /** Part of the event as JSON. */
  contains: text.optional(),
  /** Whose copy it is about: that of the rules' targets, or what a `.sync` task waits for. */
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
/** A rule with its defaults filled in. `packages/local-cloud/docs/faults.md` says where each kind acts. */
export type FaultRule = CallRule | RunRule | EventRule;
/** A rule as it is given: what has a default may be left out. */
export type FaultRuleInput =
  | z.input<typeof callRule>
  | z.input<typeof runRule>
  | z.input<typeof eventRule>;

/** A rule that cannot be: the message names the member, what came and what is allowed. */
export class BadFaultRule extends Error {
  override readonly name = 'BadFaultRule';
}

const SERVICES = [...CALL_SERVICES, 'function', 'event'];
const service = z.looseObject({ service: z.enum(SERVICES) });

/** Checks one rule and fills in its defaults; `newId` is asked where it has no id. Throws BadFaultRule. */
export function parseRule(input: unknown, newId: () => string): FaultRule {
  const named = checked(service, input).service;
  const schema = named === 'function' ? runRule : named === 'event' ? eventRule : callRule;
  const rule = checked<Omit<FaultRule, 'id'> & { id?: string | undefined }>(schema, input);
  return { ...rule, id: rule.id ?? newId() } as FaultRule;
}

function checked<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const said = result.error.issues.map(({ path, message }) => {
    const member = path.join('.') || 'the rule';
    const came = path.reduce<unknown>((value, key) => memberOf(value, key), input);
    return `${member}: ${message}; got ${came === undefined ? 'nothing' : JSON.stringify(came)}`;
  });
  throw new BadFaultRule(`A fault rule is wrong: ${said.join('. ')}.`);
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
