import type * as z from 'zod/mini';
import { type MediaFacts, mediaFactsSchema } from '../contract/media.ts';
import { NO_SHARE, NO_SLOTS, type OwnerShare, type Slots } from '../transcoding/admission.ts';
import { check } from '../validation/check.ts';
import {
  capabilityItemSchema,
  dayItemSchema,
  idempotencyItemSchema,
  intakeItemSchema,
  quotaItemSchema,
  shareItemSchema,
  slotsItemSchema,
  uploadAttributesSchema,
} from './record-schemas.ts';
import {
  type CapabilityItem,
  type DayItem,
  type IdempotencyItem,
  type IntakeItem,
  type QuotaItem,
  REQUIRED_BY_STATUS,
  type UploadItem,
} from './records.ts';

/** An item of the table does not have the shape that this version reads; names the item and each field. */
export class ItemInvalid extends Error {
  override readonly name = 'ItemInvalid';

  constructor(item: unknown, problems: readonly string[]) {
    const { pk = '?', sk = '?' } = (item ?? {}) as { readonly pk?: unknown; readonly sk?: unknown };
    super(`Item ${pk} ${sk} is not valid. ${problems.join('; ')}.`);
  }
}

/** @throws ItemInvalid where a field is missing or wrong, or the item's status requires a field that it lacks */
export function parseUploadItem(item: unknown): UploadItem {
  const attributes = parse(uploadAttributesSchema, item);
  const missing = REQUIRED_BY_STATUS[attributes.status].filter(
    (name) => attributes[name] === undefined,
  );
  if (missing.length > 0) {
    throw new ItemInvalid(
      item,
      missing.map((name) => `${name}: required for status ${attributes.status}, but missing`),
    );
  }
  return attributes as UploadItem;
}

/** @throws ItemInvalid */
export function parseQuotaItem(item: unknown): QuotaItem {
  return parse(quotaItemSchema, item);
}

/**
 * @param item undefined before the first upload has asked for a slot
 * @throws ItemInvalid
 */
export function parseSlots(item: unknown): Slots {
  if (item === undefined) return NO_SLOTS;
  const {
    holders = [],
    turn,
    waitingOwners,
    averageSeconds,
    pausedUntil,
  } = parse(slotsItemSchema, item);
  return {
    holders: [...holders],
    turn: turn ?? NO_SLOTS.turn,
    waitingOwners: waitingOwners ?? NO_SLOTS.waitingOwners,
    averageSeconds,
    pausedUntil,
  };
}

/**
 * @param item the owner's quota item
 * @throws ItemInvalid
 */
export function parseShare(item: unknown): OwnerShare {
  if (item === undefined) return NO_SHARE;
  const { jobs = [], waitingJobs, turn, ticket, ticketAt } = parse(shareItemSchema, item);
  return {
    jobs: [...jobs],
    waitingJobs: waitingJobs ?? NO_SHARE.waitingJobs,
    turn: turn ?? NO_SHARE.turn,
    ticket,
    ticketAt,
  };
}

/** @throws ItemInvalid */
export function parseDayItem(item: unknown): DayItem {
  return parse(dayItemSchema, item);
}

/** @throws ItemInvalid */
export function parseIdempotencyItem(item: unknown): IdempotencyItem {
  return parse(idempotencyItemSchema, item);
}

/** @throws ItemInvalid */
export function parseIntakeItem(item: unknown): IntakeItem {
  return parse(intakeItemSchema, item);
}

/** @throws ItemInvalid */
export function parseCapabilityItem(item: unknown): CapabilityItem {
  return parse(capabilityItemSchema, item);
}

/**
 * The media facts of an upload; undefined for one that was not inspected yet.
 * @throws ItemInvalid
 */
export function mediaOf(item: Pick<UploadItem, 'pk' | 'sk' | 'media'>): MediaFacts | undefined {
  if (item.media === undefined) return undefined;
  const result = check(mediaFactsSchema, jsonOf(item.media));
  if (result.success) return result.data;
  throw new ItemInvalid(item, problemsOf(result.error, ['media']));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parse<Schema extends z.ZodMiniType>(schema: Schema, item: unknown): z.output<Schema> {
  const result = check(schema, item);
  if (result.success) return result.data;
  throw new ItemInvalid(item, problemsOf(result.error));
}

/** Field and what is wrong with it, never a value: items hold subjects and file names. */
function problemsOf(error: z.core.$ZodError, above: readonly string[] = []): string[] {
  return error.issues.map(
    ({ path, message }) => `${[...above, ...path.map(String)].join('.')}: ${message}`,
  );
}
