/** One published price. */
export interface Price {
  /** Dollars for one unit. */
  readonly dollars: number;
  readonly unit: string;
  readonly source: string;
}

/** When the prices below were compared with their sources. */
export const PRICES_AS_OF = '2026-11-21';

/**
 * Published on-demand prices in us-east-1, first tier, without the free tier. After a change of a price, run the
 * bench "cost" again. MediaConvert's page draws its table with a script; the figure here is the Basic tier's for a
 * minute of AVC in SD at up to 30 frames/s, and both sides of the comparison have it.
 */
export const PRICES = {
  stateTransition: {
    dollars: 25 / 1e6,
    unit: 'state transition (Standard)',
    source: 'https://aws.amazon.com/step-functions/pricing/',
  },
  lambdaRequest: {
    dollars: 0.2 / 1e6,
    unit: 'invocation',
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  lambdaGigabyteSecond: {
    dollars: 0.0000133334,
    unit: 'GB-second (Arm)',
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  httpApiRequest: {
    dollars: 1 / 1e6,
    unit: 'request',
    source: 'https://aws.amazon.com/api-gateway/pricing/',
  },
  s3Write: {
    dollars: 0.005 / 1e3,
    unit: 'PUT, COPY, POST or LIST request (Standard)',
    source: 'https://aws.amazon.com/s3/pricing/',
  },
  s3Read: {
    dollars: 0.0004 / 1e3,
    unit: 'GET or other request (Standard)',
    source: 'https://aws.amazon.com/s3/pricing/',
  },
  dynamoDbWrite: {
    dollars: 0.625 / 1e6,
    unit: 'write request unit (1 KB)',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  },
  dynamoDbRead: {
    dollars: 0.125 / 1e6,
    unit: 'read request unit (4 KB)',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  },
  event: {
    dollars: 1 / 1e6,
    unit: 'custom or opt-in event of 64 KB',
    source: 'https://aws.amazon.com/eventbridge/pricing/',
  },
  mediaConvertMinute: {
    dollars: 0.0075,
    unit: 'normalized minute (Basic tier)',
    source: 'https://aws.amazon.com/mediaconvert/pricing/',
  },
} as const satisfies Readonly<Record<string, Price>>;

/** When the prices below were compared with their sources. */
export const MONTHLY_PRICES_AS_OF = '2026-11-30';

/** Prices of what depends on the deployment and its users, in us-east-1, first tier, without the free tier. */
export const MONTHLY_PRICES = {
  httpApiRequest: PRICES.httpApiRequest,
  mediaConvertMinute: PRICES.mediaConvertMinute,
  activeUser: {
    dollars: 0.015,
    unit: 'monthly active user (Essentials, the default)',
    source: 'https://aws.amazon.com/cognito/pricing/',
  },
  trace: {
    dollars: 5 / 1e6,
    unit: 'trace recorded',
    source: 'https://aws.amazon.com/xray/pricing/',
  },
  logGigabyte: {
    dollars: 0.5,
    unit: 'GB of logs ingested (Standard)',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
  customMetric: {
    dollars: 0.3,
    unit: 'custom metric and month',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
  alarmMetric: {
    dollars: 0.1,
    unit: 'metric of an alarm and month (standard resolution)',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
  dashboard: {
    dollars: 3,
    unit: 'dashboard and month',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
  storedGigabyte: {
    dollars: 0.023,
    unit: 'GB stored and month (S3 Standard)',
    source: 'https://aws.amazon.com/s3/pricing/',
  },
  secret: {
    dollars: 0.4,
    unit: 'secret and month',
    source: 'https://aws.amazon.com/secrets-manager/pricing/',
  },
  key: {
    dollars: 1,
    unit: 'customer managed key and month',
    source: 'https://aws.amazon.com/kms/pricing/',
  },
} as const satisfies Readonly<Record<string, Price>>;
