import { requirePermission } from '../access/permission.ts';
import { notImplemented, s3Error } from '../errors.ts';
import { readText } from '../http/payload.ts';
import type { LifecycleRule } from '../store/settings.ts';
import { type XmlElement, xmlDocument } from '../xml.ts';
import { child, childrenOf, onlyChildren, readXml, textOf, type XmlNode } from '../xml-reader.ts';
import type { Operation } from './operation.ts';
import { bucketTarget } from './target.ts';

const MAX_DOCUMENT = 256 * 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
const MAX_RULES = 1000;

export const getBucketLifecycle: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetLifecycleConfiguration' });
  const { lifecycle } = bucket.settings;
  if (!lifecycle) throw s3Error('NoSuchLifecycleConfiguration', { BucketName: bucket.name });
  return {
    status: 200,
    body: xmlDocument('LifecycleConfiguration', { Rule: lifecycle.map(ruleElement) }),
  };
};

export const putBucketLifecycle: Operation = async (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutLifecycleConfiguration' });
  const document = readXml(await readText(request, MAX_DOCUMENT), 'LifecycleConfiguration');
  onlyChildren(document, ['Rule']);
  const rules = childrenOf(document, 'Rule');
  if (rules.length === 0 || rules.length > MAX_RULES) throw s3Error('MalformedXML');
  const lifecycle = rules.flatMap(parseRule);
  engine.store.change(() => engine.store.buckets.change(bucket.name, { lifecycle }));
  return { status: 200 };
};

export const deleteBucketLifecycle: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutLifecycleConfiguration' });
  engine.store.change(() => engine.store.buckets.change(bucket.name, { lifecycle: undefined }));
  return { status: 204 };
};

/** A disabled rule is not stored, since it has no effect. */
function parseRule(rule: XmlNode): LifecycleRule[] {
  onlyChildren(rule, [
    ...['ID', 'Status', 'Prefix', 'Filter', 'AbortIncompleteMultipartUpload', 'Expiration'],
    'NoncurrentVersionExpiration',
  ]);
  const status = textOf(rule, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw s3Error('MalformedXML');
  if (status === 'Disabled') return [];
  const id = textOf(rule, 'ID');
  const abort = daysIn(rule, 'AbortIncompleteMultipartUpload', 'DaysAfterInitiation', []);
  const expiration = daysIn(rule, 'Expiration', 'Days', ['ExpiredObjectDeleteMarker']);
  const noncurrent = daysIn(rule, 'NoncurrentVersionExpiration', 'NoncurrentDays', [
    'NewerNoncurrentVersions',
  ]);
  const marker = child(rule, 'Expiration');
  const keep = child(rule, 'NoncurrentVersionExpiration');
  const kept = keep === undefined ? undefined : textOf(keep, 'NewerNoncurrentVersions');
  return [
    {
      ...(id === undefined ? {} : { id }),
      prefix: prefixOf(rule),
      ...(abort === undefined ? {} : { abortIncompleteAfterDays: abort }),
      ...(expiration === undefined ? {} : { expirationDays: expiration }),
      ...(noncurrent === undefined
        ? {}
        : {
            noncurrentExpiration: {
              days: noncurrent,
              ...(kept === undefined ? {} : { keep: Number(kept) }),
            },
          }),
      ...(marker !== undefined && textOf(marker, 'ExpiredObjectDeleteMarker') === 'true'
        ? { expiredObjectDeleteMarker: true }
        : {}),
    },
  ];
}

function prefixOf(rule: XmlNode): string {
  const filter = child(rule, 'Filter');
  if (filter === undefined) return textOf(rule, 'Prefix') ?? '';
  if (typeof filter !== 'string') {
    const other = Object.keys(filter).find((name) => name !== 'Prefix');
    if (other !== undefined) throw notImplemented(`The lifecycle filter ${other}`);
  }
  return textOf(filter, 'Prefix') ?? '';
}

function daysIn(
  rule: XmlNode,
  name: string,
  days: string,
  others: readonly string[],
): number | undefined {
  const found = child(rule, name);
  if (found === undefined) return undefined;
  onlyChildren(found, [days, ...others]);
  const text = textOf(found, days);
  if (text === undefined) return undefined;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw s3Error('InvalidArgument', {
    message: `'${days}' for ${name} action must be a positive integer`,
  });
}

function ruleElement(rule: LifecycleRule): XmlElement {
  const { noncurrentExpiration: noncurrent } = rule;
  return {
    ID: rule.id,
    Filter: { Prefix: rule.prefix },
    Status: 'Enabled',
    AbortIncompleteMultipartUpload:
      rule.abortIncompleteAfterDays === undefined
        ? undefined
        : { DaysAfterInitiation: rule.abortIncompleteAfterDays },
    NoncurrentVersionExpiration: noncurrent && {
      NoncurrentDays: noncurrent.days,
      NewerNoncurrentVersions: noncurrent.keep,
    },
    Expiration:
      rule.expirationDays === undefined && !rule.expiredObjectDeleteMarker
        ? undefined
        : {
            Days: rule.expirationDays,
            ExpiredObjectDeleteMarker: rule.expiredObjectDeleteMarker,
          },
  };
}
