import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Hosted } from '../../tools/cloud/hosted.ts';

/** What the cloud stores, read with the operator's credentials. */
export interface Stored {
  /** Unfinished multipart uploads in the source bucket. */
  unfinishedUploads(): Promise<number>;
  /** Reserved bytes and unfinished uploads of all owners. */
  reserved(): Promise<{ readonly bytes: number; readonly uploads: number }>;
  /** SHA-256 of an upload's source, in hexadecimal. */
  sourceSha256(uploadId: string): Promise<string>;
  close(): void;
}

export function openStored(hosted: Hosted): Stored {
  const credentials = hosted.operator;
  const region = 'us-east-1';
  const s3 = new S3Client({ region, credentials, endpoint: hosted.endpoints.s3 });
  const table = new DynamoDBClient({ region, credentials, endpoint: hosted.endpoints.services });
  const Bucket = hosted.sourceBucket;
  return {
    async unfinishedUploads() {
      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
      return Uploads.length;
    },
    async reserved() {
      const { Items = [] } = await table.send(
        new ScanCommand({
          TableName: hosted.table,
          ConsistentRead: true,
          FilterExpression: 'sk = :quota',
          ExpressionAttributeValues: { ':quota': { S: 'QUOTA' } },
        }),
      );
      const sum = (name: string) =>
        Items.reduce((total, item) => total + Number(item[name]?.N ?? 0), 0);
      return { bytes: sum('reservedBytes'), uploads: sum('activeUploads') };
    },
    async sourceSha256(uploadId) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      const Key = Contents.find((object) => object.Key?.includes(uploadId))?.Key;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return sha256(Body as Readable);
    },
    close() {
      s3.destroy();
      table.destroy();
    },
  };
}

/** In hexadecimal. */
export async function sha256(bytes: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}
