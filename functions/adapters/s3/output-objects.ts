import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { deleteObjects } from './delete-objects.ts';
import type { Bucket } from './s3-client.ts';

/** Keys and sizes of everything below a prefix, all pages, in the order of keys. */
export async function listObjects(
  bucket: Bucket,
  prefix: string,
): Promise<readonly { readonly key: string; readonly size: number }[]> {
  const found: { key: string; size: number }[] = [];
  let token: string | undefined;
  do {
    const page = await bucket.client.send(
      new ListObjectsV2Command({
        Bucket: bucket.name,
        Prefix: prefix,
        ...(token && { ContinuationToken: token }),
      }),
    );
    for (const { Key = '', Size = 0 } of page.Contents ?? []) found.push({ key: Key, size: Size });
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return found;
}

/**
 * Deletes everything below a prefix.
 * @returns how many objects there were
 */
export async function deleteBelow(bucket: Bucket, prefix: string): Promise<number> {
  const objects = await listObjects(bucket, prefix);
  await deleteObjects(
    bucket,
    objects.map(({ key }) => ({ Key: key })),
  );
  return objects.length;
}

export async function putText(
  { client, name }: Bucket,
  key: string,
  text: string,
  contentType: string,
): Promise<void> {
  await client.send(
    new PutObjectCommand({ Bucket: name, Key: key, Body: text, ContentType: contentType }),
  );
}
