import { requirePermission } from '../access/permission.ts';
import { s3Error } from '../errors.ts';
import { readText } from '../http/payload.ts';
import type { Ownership } from '../store/settings.ts';
import { xmlDocument } from '../xml.ts';
import { child, onlyChildren, readXml, textOf } from '../xml-reader.ts';
import type { Operation } from './operation.ts';
import { bucketTarget } from './target.ts';

export const OWNERSHIPS = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const;
const MAX_DOCUMENT = 64 * 1024;

export function parseOwnership(name: string): Ownership {
  const known = OWNERSHIPS.find((each) => each === name);
  if (known) return known;
  throw s3Error('InvalidArgument', {
    message: `Invalid x-amz-object-ownership header: ${name}; it is one of ${OWNERSHIPS.join(', ')}.`,
    ArgumentName: 'x-amz-object-ownership',
    ArgumentValue: name,
  });
}

export const getOwnershipControls: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetBucketOwnershipControls' });
  const { ownership } = bucket.settings;
  if (ownership === undefined) {
    throw s3Error('OwnershipControlsNotFoundError', { BucketName: bucket.name });
  }
  return {
    status: 200,
    body: xmlDocument('OwnershipControls', { Rule: { ObjectOwnership: ownership } }),
  };
};

export const putOwnershipControls: Operation = async (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketOwnershipControls' });
  const document = readXml(await readText(request, MAX_DOCUMENT), 'OwnershipControls');
  onlyChildren(document, ['Rule']);
  const rule = child(document, 'Rule');
  const name = rule === undefined ? undefined : textOf(rule, 'ObjectOwnership');
  if (name === undefined) throw s3Error('MalformedXML');
  const ownership = parseOwnership(name);
  if (ownership === 'BucketOwnerEnforced' && bucket.settings.acl !== 'private') {
    throw s3Error('InvalidBucketAclWithObjectOwnership');
  }
  engine.store.change(() => engine.store.buckets.change(bucket.name, { ownership }));
  return { status: 200 };
};

export const deleteOwnershipControls: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketOwnershipControls' });
  engine.store.change(() => engine.store.buckets.change(bucket.name, { ownership: undefined }));
  return { status: 204 };
};
