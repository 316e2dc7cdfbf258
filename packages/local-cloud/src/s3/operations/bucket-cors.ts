import { requirePermission } from '../access/permission.ts';
import { s3Error } from '../errors.ts';
import { readText } from '../http/payload.ts';
import type { CorsRule } from '../store/settings.ts';
import { xmlDocument } from '../xml.ts';
import { childrenOf, onlyChildren, readXml, textOf, textsOf, type XmlNode } from '../xml-reader.ts';
import type { Operation } from './operation.ts';
import { bucketTarget } from './target.ts';

const MAX_DOCUMENT = 64 * 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
const MAX_RULES = 100;
export const CORS_METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE'];

export const getBucketCors: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetBucketCORS' });
  const { cors } = bucket.settings;
  if (!cors) throw s3Error('NoSuchCORSConfiguration', { BucketName: bucket.name });
  return {
    status: 200,
    body: xmlDocument('CORSConfiguration', {
      CORSRule: cors.map((rule) => ({
        ID: rule.id,
        AllowedMethod: rule.allowedMethods,
        AllowedOrigin: rule.allowedOrigins,
        AllowedHeader: rule.allowedHeaders,
        ExposeHeader: rule.exposedHeaders,
        MaxAgeSeconds: rule.maxAge,
      })),
    }),
  };
};

export const putBucketCors: Operation = async (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketCORS' });
  const document = readXml(await readText(request, MAX_DOCUMENT), 'CORSConfiguration');
  onlyChildren(document, ['CORSRule']);
  const cors = childrenOf(document, 'CORSRule').map(parseRule);
  if (cors.length === 0 || cors.length > MAX_RULES) throw s3Error('MalformedXML');
  requireCorsRules(cors);
  engine.store.change(() => engine.store.buckets.change(bucket.name, { cors }));
  return { status: 200 };
};

export const deleteBucketCors: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketCORS' });
  engine.store.change(() => engine.store.buckets.change(bucket.name, { cors: undefined }));
  return { status: 204 };
};

function parseRule(rule: XmlNode): CorsRule {
  onlyChildren(rule, [
    ...['ID', 'AllowedMethod', 'AllowedOrigin', 'AllowedHeader', 'ExposeHeader', 'MaxAgeSeconds'],
  ]);
  const id = textOf(rule, 'ID');
  const maxAge = textOf(rule, 'MaxAgeSeconds');
  if (maxAge !== undefined && !/^\d+$/.test(maxAge)) throw s3Error('MalformedXML');
  return {
    ...(id === undefined ? {} : { id }),
    allowedMethods: textsOf(rule, 'AllowedMethod'),
    allowedOrigins: textsOf(rule, 'AllowedOrigin'),
    allowedHeaders: textsOf(rule, 'AllowedHeader'),
    exposedHeaders: textsOf(rule, 'ExposeHeader'),
    ...(maxAge === undefined ? {} : { maxAge: Number(maxAge) }),
  };
}

/** Throws InvalidRequest for an unknown method or for two wildcards. */
export function requireCorsRules(rules: readonly CorsRule[]): void {
  for (const { allowedMethods, allowedOrigins, allowedHeaders } of rules) {
    if (allowedMethods.length === 0 || allowedOrigins.length === 0) throw s3Error('MalformedXML');
    const unknown = allowedMethods.find((method) => !CORS_METHODS.includes(method));
    if (unknown !== undefined) {
      throw s3Error('InvalidRequest', {
        message: `Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`,
      });
    }
    const wild = [...allowedOrigins, ...allowedHeaders].find((each) => each.split('*').length > 2);
    if (wild !== undefined) {
      throw s3Error('InvalidRequest', {
        message: `"${wild}" can not have more than one wildcard.`,
      });
    }
  }
}
