import { ACCOUNT_ID } from '../../shared/account.ts';
import {
  bucketArn,
  ownerElement,
  requestContext,
  requirePermission,
} from '../access/permission.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import { readText } from '../http/payload.ts';
import { integerParameter, type S3Request } from '../http/request.ts';
import type { Bucket, BucketSettings, Ownership, PublicAccessBlock } from '../store/settings.ts';
import { xmlDocument } from '../xml.ts';
import { onlyChildren, readXml, textOf } from '../xml-reader.ts';
import { requireBucketName } from './bucket-name.ts';
import { decodeToken, encodeToken, isoTime } from './listing.ts';
import { aclOf } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { parseOwnership } from './ownership.ts';
import { bucketTarget } from './target.ts';

const MAX_DOCUMENT = 64 * 1024;

const ALL_BLOCKED: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};

/** The default settings of a new bucket: since April 2023 ACLs are disabled and public access is blocked. */
export function defaultSettings(legacy: boolean): BucketSettings {
  return {
    versioning: 'Unversioned',
    acl: 'private',
    eventBridge: false,
    ...(legacy
      ? { ownership: undefined }
      : { ownership: 'BucketOwnerEnforced', publicAccess: ALL_BLOCKED }),
  };
}

export const createBucket: Operation = async (request, engine) => {
  const name = request.bucket ?? '';
  requireBucketName(name);
  const { account, caller } = request.identity;
  engine.authorize({
    caller,
    action: 's3:CreateBucket',
    resource: bucketArn(name),
    context: requestContext(request),
  });
  requireLocation(await readText(request, MAX_DOCUMENT), engine.region);
  const owner = account?.id ?? ACCOUNT_ID;
  const bucket: Bucket = {
    name,
    account: owner,
    createdAt: engine.clock.now(),
    settings: requestedSettings(request, engine),
  };
  const existing = engine.store.buckets.find(name);
  if (existing && existing.account !== owner)
    throw s3Error('BucketAlreadyExists', { BucketName: name });
  // Only us-east-1 accepts the creation of an existing bucket by its owner.
  if (existing && engine.region !== 'us-east-1') {
    throw s3Error('BucketAlreadyOwnedByYou', { BucketName: name });
  }
  if (!existing) engine.store.change(() => engine.store.buckets.add(bucket));
  return { status: 200, headers: { location: `/${name}` } };
};

function requestedSettings(request: S3Request, engine: Engine): BucketSettings {
  const { headers } = request;
  const fresh = defaultSettings(engine.legacy);
  const given = headers['x-amz-object-ownership'];
  const ownership: Ownership | undefined =
    given === undefined ? fresh.ownership : parseOwnership(given);
  const settings = { ...fresh, ownership };
  if (ownership === 'BucketOwnerEnforced' && (headers['x-amz-acl'] ?? 'private') !== 'private') {
    throw s3Error('InvalidBucketAclWithObjectOwnership');
  }
  return { ...settings, acl: aclOf(headers, { name: '', account: '', createdAt: 0, settings }) };
}

function requireLocation(body: string, region: string): void {
  if (body === '') return;
  const document = readXml(body, 'CreateBucketConfiguration');
  onlyChildren(document, ['LocationConstraint']);
  const location = textOf(document, 'LocationConstraint') ?? '';
  if (location === '' || location === region) return;
  throw s3Error('IllegalLocationConstraintException', {
    message: `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  });
}

export const deleteBucket: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:DeleteBucket' });
  engine.store.change((change) => {
    const { buckets, uploads } = engine.store;
    if (!buckets.isEmpty(bucket.name)) throw s3Error('BucketNotEmpty', { BucketName: bucket.name });
    for (const { uploadId } of [...uploads.scan(bucket.name, '')]) {
      change.free(uploads.parts(uploadId).map(({ blob }) => blob));
      uploads.remove(uploadId);
    }
    buckets.remove(bucket.name);
  });
  return { status: 204 };
};

export const headBucket: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:ListBucket' });
  return {
    status: 200,
    headers: { 'x-amz-bucket-region': engine.region, 'x-amz-access-point-alias': 'false' },
  };
};

export const getBucketLocation: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetBucketLocation' });
  const location = engine.region === 'us-east-1' ? '' : engine.region;
  return {
    status: 200,
    // The root of this document has text and no elements.
    body: xmlDocument('LocationConstraint', {}).replace(
      '></LocationConstraint>',
      `>${location}</LocationConstraint>`,
    ),
  };
};

const MAX_BUCKETS = 10_000;

export const listBuckets: Operation = (request, engine) => {
  const { caller, account } = request.identity;
  engine.authorize({
    caller,
    action: 's3:ListAllMyBuckets',
    resource: '*',
    context: requestContext(request),
  });
  const { query } = request;
  const limit = integerParameter(query, 'max-buckets', { min: 1, max: MAX_BUCKETS });
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const after = token ? decodeToken(token) : '';
  const mine = engine.store.buckets
    .all()
    .filter(({ name, account: owner }) => owner === account?.id && name.startsWith(prefix))
    .filter(({ name }) => name > after);
  const page = mine.slice(0, limit ?? MAX_BUCKETS);
  const last = page.at(-1);
  return {
    status: 200,
    body: xmlDocument('ListAllMyBucketsResult', {
      Owner: ownerElement(account?.id ?? ACCOUNT_ID),
      Buckets: {
        Bucket: page.map(({ name, createdAt }) => ({
          Name: name,
          CreationDate: isoTime(createdAt),
        })),
      },
      Prefix: prefix === '' ? undefined : prefix,
      ContinuationToken: mine.length > page.length && last ? encodeToken(last.name) : undefined,
    }),
  };
};
