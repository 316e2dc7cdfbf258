import * as z from 'zod';
import { DEFAULT_QUEUE_ARN } from '../jobs/job.ts';

/** The characters of tags and user metadata: https://docs.aws.amazon.com/mediaconvert/latest/ug/tagging.html */
const ALLOWED = /^[A-Za-z0-9 _.:/=+\-%@]*$/;
const plain = (most: number) =>
  z
    .string()
    .max(most)
    .regex(ALLOWED, { error: 'Should have only letters, digits, spaces and _.:/=+-%@' });

const MAX_METADATA = 10;
const MAX_TAGS = 50;

function pairs(name: string, key: number, most: number) {
  return z.record(plain(key).min(1), plain(256)).refine((all) => Object.keys(all).length <= most, {
    error: `Should have at most ${most} ${name}`,
  });
}

export const tagMap = pairs('tags', 128, MAX_TAGS);

const queue = z.enum(['Default', DEFAULT_QUEUE_ARN], {
  error: `Should be the queue Default (${DEFAULT_QUEUE_ARN}); other queues are not supported`,
});

/**
 * The body of CreateJob without the details of `settings`.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
 */
export const jobRequest = z.strictObject({
  role: z.string().regex(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
    error: 'Should be the ARN of an IAM role',
  }),
  settings: z.unknown(),
  clientRequestToken: z.string().min(1).max(64).optional(),
  queue: queue.optional(),
  userMetadata: pairs('pairs', 256, MAX_METADATA).optional(),
  tags: tagMap.optional(),
  statusUpdateInterval: z
    .enum([
      ...(['SECONDS_10', 'SECONDS_12', 'SECONDS_15', 'SECONDS_20', 'SECONDS_30'] as const),
      ...(['SECONDS_60', 'SECONDS_120', 'SECONDS_180', 'SECONDS_240', 'SECONDS_300'] as const),
      ...(['SECONDS_360', 'SECONDS_420', 'SECONDS_480', 'SECONDS_540', 'SECONDS_600'] as const),
    ])
    .optional(),
  priority: z.int().min(-50).max(50).optional(),
  billingTagsSource: z.enum(['QUEUE', 'PRESET', 'JOB_TEMPLATE', 'JOB']).optional(),
  accelerationSettings: z.strictObject({ mode: z.literal('DISABLED') }).optional(),
  simulateReservedQueue: z.literal('DISABLED').optional(),
});

/** The body of TagResource. */
export const tagRequest = z.strictObject({ arn: z.string(), tags: tagMap });

/** The body of UntagResource. */
export const untagRequest = z.strictObject({ tagKeys: z.array(z.string()).optional() });

export const listQuery = z.strictObject({
  maxResults: z.coerce.number().int().min(1).max(20).optional(),
  nextToken: z.string().optional(),
  order: z.enum(['ASCENDING', 'DESCENDING']).optional(),
  queue: queue.optional(),
  status: z.enum(['SUBMITTED', 'PROGRESSING', 'COMPLETE', 'CANCELED', 'ERROR']).optional(),
});

export const searchQuery = listQuery.extend({ inputFile: z.string().min(1).optional() });
