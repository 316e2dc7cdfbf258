import { requirePermission } from '../access/permission.ts';
import { notImplemented, s3Error } from '../errors.ts';
import { readText } from '../http/payload.ts';
import { xmlDocument } from '../xml.ts';
import { child, onlyChildren, readXml, textOf, type XmlNode } from '../xml-reader.ts';
import { taggingDocument } from './object-tagging.ts';
import type { Operation } from './operation.ts';
import { parseTagDocument } from './tags.ts';
import { bucketTarget } from './target.ts';

const MAX_DOCUMENT = 64 * 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html */
const MAX_BUCKET_TAGS = 50;

export const getBucketVersioning: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetBucketVersioning' });
  const { versioning } = bucket.settings;
  const Status = versioning === 'Unversioned' ? undefined : versioning;
  return { status: 200, body: xmlDocument('VersioningConfiguration', { Status }) };
};

export const putBucketVersioning: Operation = async (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketVersioning' });
  const document = readXml(await readText(request, MAX_DOCUMENT), 'VersioningConfiguration');
  onlyChildren(document, ['Status', 'MfaDelete']);
  if ((textOf(document, 'MfaDelete') ?? 'Disabled') !== 'Disabled') {
    throw notImplemented('MfaDelete');
  }
  const status = textOf(document, 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw s3Error('IllegalVersioningConfigurationException');
  }
  engine.store.change(() => engine.store.buckets.change(bucket.name, { versioning: status }));
  return { status: 200 };
};

export const getPublicAccessBlock: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetBucketPublicAccessBlock' });
  const block = bucket.settings.publicAccess;
  if (!block) throw s3Error('NoSuchPublicAccessBlockConfiguration', { BucketName: bucket.name });
  return {
    status: 200,
    body: xmlDocument('PublicAccessBlockConfiguration', {
      BlockPublicAcls: block.blockPublicAcls,
      IgnorePublicAcls: block.ignorePublicAcls,
      BlockPublicPolicy: block.blockPublicPolicy,
      RestrictPublicBuckets: block.restrictPublicBuckets,
    }),
  };
};

export const putPublicAccessBlock: Operation = async (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketPublicAccessBlock' });
  const source = await readText(request, MAX_DOCUMENT);
  const document = readXml(source, 'PublicAccessBlockConfiguration');
  const names = [
    'BlockPublicAcls',
    'IgnorePublicAcls',
    'BlockPublicPolicy',
    'RestrictPublicBuckets',
  ];
  onlyChildren(document, names);
  const publicAccess = {
    blockPublicAcls: flag(document, 'BlockPublicAcls'),
    ignorePublicAcls: flag(document, 'IgnorePublicAcls'),
    blockPublicPolicy: flag(document, 'BlockPublicPolicy'),
    restrictPublicBuckets: flag(document, 'RestrictPublicBuckets'),
  };
  engine.store.change(() => engine.store.buckets.change(bucket.name, { publicAccess }));
  return { status: 200 };
};

export const deletePublicAccessBlock: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketPublicAccessBlock' });
  engine.store.change(() => engine.store.buckets.change(bucket.name, { publicAccess: undefined }));
  return { status: 204 };
};

function flag(document: XmlNode, name: string): boolean {
  const text = (textOf(document, name) ?? 'false').toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw s3Error('MalformedXML');
}

export const getBucketTagging: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetBucketTagging' });
  const { tags } = bucket.settings;
  if (!tags || tags.length === 0) throw s3Error('NoSuchTagSet', { BucketName: bucket.name });
  return { status: 200, body: taggingDocument(tags) };
};

export const putBucketTagging: Operation = async (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketTagging' });
  const tags = parseTagDocument(await readText(request, MAX_DOCUMENT), MAX_BUCKET_TAGS);
  engine.store.change(() => engine.store.buckets.change(bucket.name, { tags }));
  return { status: 204 };
};

export const deleteBucketTagging: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketTagging' });
  engine.store.change(() => engine.store.buckets.change(bucket.name, { tags: undefined }));
  return { status: 204 };
};

/** Always SSE-S3, the default of AWS since January 2023. The stored bytes are not encrypted. */
export const getBucketEncryption: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetEncryptionConfiguration' });
  return {
    status: 200,
    body: xmlDocument('ServerSideEncryptionConfiguration', {
      Rule: {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        BucketKeyEnabled: false,
      },
    }),
  };
};

export const getBucketNotification: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetBucketNotification' });
  return {
    status: 200,
    body: xmlDocument('NotificationConfiguration', {
      EventBridgeConfiguration: bucket.settings.eventBridge ? {} : undefined,
    }),
  };
};

export const putBucketNotification: Operation = async (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketNotification' });
  const document = readXml(await readText(request, MAX_DOCUMENT), 'NotificationConfiguration');
  onlyChildren(document, ['EventBridgeConfiguration']);
  const eventBridge = child(document, 'EventBridgeConfiguration') !== undefined;
  engine.store.change(() => engine.store.buckets.change(bucket.name, { eventBridge }));
  return { status: 200 };
};
