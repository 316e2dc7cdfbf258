import * as z from 'zod/mini';
import { MAX_METADATA_BYTES } from '../contract/metadata.ts';

/** An amount of which 0 allows nothing. */
const amount = (defaultValue: number) => z._default(z.int().check(z.minimum(0)), defaultValue);

/**
 * How much one owner may use a day or a minute. Unlike the quota of `upload-policy.ts`, nothing is returned: an upload
 * that is deleted still counts. Days and minutes are those of UTC. Every field has a default; an unknown field is an
 * error.
 */
export const budgetsSchema = z.lazy(() =>
  z.strictObject({
    /** Uploads that an owner may create a day. */
    uploadsPerDay: amount(200),
    /** Minutes of output a day: the duration of each video, once for each of its renditions. */
    outputMinutesPerDay: amount(3_000),
    /** Companion sessions that an owner may create a day. */
    companionSessionsPerDay: amount(100),
    /** Requests to the API a minute, by one owner, with tokens and Companion sessions together. */
    requestsPerMinute: amount(300),
    /** Requests a minute with one Companion session. They count against the owner's requests too. */
    companionRequestsPerMinute: amount(240),
    /** Bytes of UTF-8 in all names and values of an upload's metadata. */
    metadataBytes: z._default(
      z.int().check(z.minimum(0), z.maximum(MAX_METADATA_BYTES)),
      MAX_METADATA_BYTES,
    ),
  }),
);

export type Budgets = z.output<typeof budgetsSchema>;

// Marked as pure, so that bundles omit it where it is not used.
export const defaultBudgets: Budgets = /* @__PURE__ */ budgetsSchema.parse({});
