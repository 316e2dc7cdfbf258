import { en } from 'zod/locales';
import * as z from 'zod/mini';

const { localeError } = en();

/** Checks a value against a schema, with messages in English. zod/mini itself contains no messages. */
export function check<Schema extends z.ZodMiniType>(schema: Schema, value: unknown) {
  return z.safeParse(schema, value, { error: localeError });
}
