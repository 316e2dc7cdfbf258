import { en } from 'zod/locales';
import * as z from 'zod/mini';

const { localeError } = en();

/** What a schema finds of a value, told in English: zod/mini has no words of its own. */
export function check<Schema extends z.ZodMiniType>(schema: Schema, value: unknown) {
  return z.safeParse(schema, value, { error: localeError });
}
