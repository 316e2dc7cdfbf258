import { percentDecode } from '../../iam/sigv4-canonical.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import type { StoredVersion } from '../store/objects.ts';
import type { Bucket } from '../store/settings.ts';
import { requireCopyConditions } from './conditions.ts';
import { GET_OBJECT, readTarget } from './target.ts';

/** The object in `x-amz-copy-source`, after the checks of permission and conditions. */
export function copySource(
  request: S3Request,
  engine: Engine,
): { bucket: Bucket; version: StoredVersion } {
  const header = request.headers['x-amz-copy-source'] ?? '';
  const [path = '', query = ''] = header.split('?', 2);
  const decoded = percentDecode(path).toString().replace(/^\//, '');
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1) {
    throw s3Error('InvalidArgument', {
      message: 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: header,
    });
  }
  const source = {
    bucket: decoded.slice(0, slash),
    key: decoded.slice(slash + 1),
    versionId: new URLSearchParams(query).get('versionId') ?? undefined,
  };
  const found = readTarget(request, engine, GET_OBJECT, source);
  requireCopyConditions(request.headers, found.version);
  return found;
}
