import { AwsError } from '../../shared/aws-error.ts';
import { s3Error } from '../errors.ts';
import { readText } from '../http/payload.ts';
import { type XmlElement, xmlDocument } from '../xml.ts';
import { childrenOf, onlyChildren, readXml, textOf } from '../xml-reader.ts';
import { deleteKey } from './delete-object.ts';
import type { Operation } from './operation.ts';
import { bucketTarget } from './target.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_KEYS = 1000;
const MAX_DOCUMENT = 2 * 1024 * 1024;

export const deleteObjects: Operation = async (request, engine) => {
  const bucket = bucketTarget(request, engine);
  const { headers } = request;
  const checked = Object.keys(headers).some(
    (name) =>
      name === 'content-md5' || name.startsWith('x-amz-checksum-') || name === 'x-amz-trailer',
  );
  if (!checked) {
    throw s3Error('InvalidRequest', {
      message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    });
  }
  const document = readXml(await readText(request, MAX_DOCUMENT), 'Delete');
  onlyChildren(document, ['Object', 'Quiet']);
  const wanted = childrenOf(document, 'Object');
  if (wanted.length === 0 || wanted.length > MAX_KEYS) throw s3Error('MalformedXML');
  const quiet = textOf(document, 'Quiet') === 'true';

  const deleted: XmlElement[] = [];
  const errors: XmlElement[] = [];
  for (const each of wanted) {
    onlyChildren(each, ['Key', 'VersionId', 'ETag', 'LastModifiedTime', 'Size']);
    const key = textOf(each, 'Key');
    if (!key) throw s3Error('MalformedXML');
    const versionId = textOf(each, 'VersionId');
    try {
      const deletion = deleteKey(request, engine, bucket, key, {
        versionId,
        etag: textOf(each, 'ETag'),
        lastModified: textOf(each, 'LastModifiedTime'),
        size: textOf(each, 'Size'),
      });
      deleted.push({
        Key: key,
        VersionId: versionId,
        DeleteMarker: deletion.deleteMarker || undefined,
        DeleteMarkerVersionId: deletion.deleteMarker ? deletion.versionId : undefined,
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push({ Key: key, VersionId: versionId, Code: error.code, Message: error.message });
    }
  }
  return {
    status: 200,
    body: xmlDocument('DeleteResult', { Deleted: quiet ? undefined : deleted, Error: errors }),
  };
};
