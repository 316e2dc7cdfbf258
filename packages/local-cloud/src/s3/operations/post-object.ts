import { createHash } from 'node:crypto';
import { ownerOfNew } from '../access/permission.ts';
import { checksumsInHeaders, startChecksum } from '../checksum/algorithms.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import { formIdentity } from '../http/form-identity.ts';
import { type PostForm, readPostForm } from '../http/post-form.ts';
import type { Identity, S3Request, S3Response } from '../http/request.ts';
import { MAX_WRITE_BYTES } from '../limits.ts';
import type { ObjectRecord, StoredVersion } from '../store/objects.ts';
import { bareDocument } from '../xml.ts';
import { quoted, requireWriteConditions } from './conditions.ts';
import { actorOf } from './events.ts';
import { newRecord, newVersionHeader } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { parsePostPolicy, requirePolicyHolds, sizeRangeOf } from './post-policy.ts';
import { requireWritePermission } from './put-object.ts';
import { parseTagDocument } from './tags.ts';
import { bucketTarget } from './target.ts';
import { singleSegment, writeVersion } from './write-version.ts';

/** A variable of S3, not of a JavaScript template. */
const FILE_NAME_VARIABLE = ['$', '{filename}'].join('');

/** An upload by a browser form, which its policy allows. */
export const postObject: Operation = async (request, engine) => {
  bucketTarget(request, engine);
  const form = await readPostForm(request);
  // If something fails, the rest of the file is discarded.
  form.file.on('error', () => undefined);
  try {
    return await storeForm(request, engine, form);
  } catch (error) {
    form.file.resume();
    throw error;
  }
};

async function storeForm(request: S3Request, engine: Engine, form: PostForm): Promise<S3Response> {
  const bucket = bucketTarget(request, engine);
  const key = keyOf(form);
  const fields = new Map(form.fields).set('bucket', bucket.name).set('key', key);
  const range = requireFormPolicy(fields, form, engine);
  const asRequest = requestOf(request, form, formIdentity(fields, engine));
  requireWritePermission(engine, asRequest, bucket, key, true);
  const tagging = form.fields.get('tagging');
  const record = {
    ...newRecord(asRequest, bucket),
    ...(tagging === undefined ? {} : { tags: parseTagDocument(tagging) }),
  };
  const received = await receiveFile(engine, asRequest, form, range);
  let version: StoredVersion;
  try {
    version = engine.store.change((change) => {
      const target = bucketTarget(request, engine);
      requireWriteConditions(asRequest.headers, engine.store.objects.latest(target.name, key), key);
      const owner = ownerOfNew(asRequest, target);
      const object = {
        key,
        owner,
        size: received.size,
        etag: received.etag,
        record: { ...record, checksum: received.checksum },
        segments: singleSegment(received.blob, received.size),
      };
      return writeVersion(engine, change, target, object, actorOf(asRequest), 'POST Object');
    });
  } catch (error) {
    engine.store.blobs.discard([received.blob]);
    throw error;
  }
  return success(request, form, version, newVersionHeader(version.versionId, bucket));
}

/** The sizes that the policy allows. An unsigned form has no policy and needs a public bucket. */
function requireFormPolicy(
  fields: ReadonlyMap<string, string>,
  { fields: given }: PostForm,
  engine: Engine,
): { min: number; max: number } {
  const unlimited = { min: 0, max: MAX_WRITE_BYTES };
  const source = fields.get('policy');
  if (source === undefined) {
    if (given.has('signature') || given.has('x-amz-signature')) {
      throw s3Error('InvalidArgument', {
        message:
          "Bucket POST must contain a field named 'policy'.  If it is specified, please check the order of the fields.",
        ArgumentName: 'policy',
      });
    }
    return unlimited;
  }
  formIdentity(fields, engine);
  const policy = parsePostPolicy(source);
  requirePolicyHolds(policy, fields, engine.clock.now());
  return sizeRangeOf(policy) ?? unlimited;
}

function keyOf({ fields, fileName }: PostForm): string {
  const template = fields.get('key');
  if (template === undefined || template === '') {
    throw s3Error('InvalidArgument', {
      message:
        "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      ArgumentName: 'key',
      ArgumentValue: '',
    });
  }
  // Some browsers send the whole path.
  const plainName = fileName.replace(/^.*[/\\]/, '');
  return template.replaceAll(FILE_NAME_VARIABLE, () => plainName);
}

/** A request with the form's fields as its headers. */
function requestOf(request: S3Request, form: PostForm, identity: Identity): S3Request {
  const headers: Record<string, string> = { host: request.headers.host ?? '' };
  for (const [name, value] of form.fields) headers[name] = value;
  const acl = form.fields.get('acl');
  if (acl !== undefined) headers['x-amz-acl'] = acl;
  if (form.fields.has('tagging')) headers['x-amz-tagging'] = '';
  return { ...request, headers, identity };
}

async function receiveFile(
  engine: Engine,
  { headers }: S3Request,
  { file }: PostForm,
  { min, max }: { min: number; max: number },
) {
  const declared = checksumsInHeaders(headers)[0];
  const algorithm = declared?.algorithm ?? 'CRC64NVME';
  const md5 = createHash('md5');
  const sum = startChecksum(algorithm);
  let size = 0;
  let value = '';
  const observe = (bytes: Uint8Array) => {
    size += bytes.length;
    if (size > max) {
      throw s3Error('EntityTooLarge', { ProposedSize: size, MaxSizeAllowed: max });
    }
    md5.update(bytes);
    sum.update(bytes);
  };
  const verify = () => {
    if (size < min) {
      throw s3Error('EntityTooSmall', { ProposedSize: size, MinSizeAllowed: min });
    }
    value = sum.digest();
    if (declared && declared.value !== value) {
      throw s3Error('BadDigest', {
        message: `The ${algorithm} you specified did not match the calculated checksum.`,
      });
    }
  };
  const blob = await engine.store.blobs.write(file, observe, verify);
  const checksum: NonNullable<ObjectRecord['checksum']> = { algorithm, type: 'FULL_OBJECT', value };
  return { blob, size, etag: md5.digest('hex'), checksum };
}

function success(
  request: S3Request,
  { fields }: PostForm,
  { bucket, key, etag }: StoredVersion,
  version: Record<string, string>,
): S3Response {
  const location = `http://${request.headers.host ?? 'localhost'}/${bucket}/${encodeURIComponent(key)}`;
  const headers = { etag: quoted(etag), location, ...version };
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect && URL.canParse(redirect)) {
    const target = new URL(redirect);
    target.searchParams.append('bucket', bucket);
    target.searchParams.append('key', key);
    target.searchParams.append('etag', quoted(etag));
    return { status: 303, headers: { ...headers, location: target.href } };
  }
  const status = fields.get('success_action_status');
  if (status === '201') {
    return {
      status: 201,
      headers,
      body: bareDocument('PostResponse', {
        Location: location,
        Bucket: bucket,
        Key: key,
        ETag: quoted(etag),
      }),
    };
  }
  // Any other value means 204: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
  return { status: status === '200' ? 200 : 204, headers };
}
