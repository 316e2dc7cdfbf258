import * as z from 'zod';

/**
 * AWS::CloudFront::KeyValueStore. `ImportSource` is refused: the store begins empty, and its keys are written with the
 * data API.
 */
export const keyValueStoreProperties = z.strictObject({
  Comment: z.string().max(128).optional(),
  Name: z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - and _'),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});
export type KeyValueStoreProperties = z.output<typeof keyValueStoreProperties>;
