import { readText } from '../http/payload.ts';
import type { Tags } from '../store/objects.ts';
import { xmlDocument } from '../xml.ts';
import { versionHeader } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { parseTagDocument } from './tags.ts';
import { readTarget } from './target.ts';

const MAX_DOCUMENT = 64 * 1024;

export const getObjectTagging: Operation = (request, engine) => {
  const { bucket, version } = readTarget(request, engine, {
    latest: 's3:GetObjectTagging',
    version: 's3:GetObjectVersionTagging',
  });
  return {
    status: 200,
    headers: versionHeader(version.versionId, bucket),
    body: taggingDocument(version.record.tags),
  };
};

export const putObjectTagging: Operation = async (request, engine) => {
  const tags = parseTagDocument(await readText(request, MAX_DOCUMENT));
  return replaceTags(request, engine, tags, 200);
};

export const deleteObjectTagging: Operation = (request, engine) =>
  replaceTags(request, engine, [], 204);

export function taggingDocument(tags: Tags): string {
  return xmlDocument('Tagging', {
    TagSet: { Tag: tags.map(([Key, Value]) => ({ Key, Value })) },
  });
}

function replaceTags(
  request: Parameters<Operation>[0],
  engine: Parameters<Operation>[1],
  tags: Tags,
  status: number,
): ReturnType<Operation> {
  const verb = status === 204 ? 'Delete' : 'Put';
  const { bucket, version } = readTarget(request, engine, {
    latest: `s3:${verb}ObjectTagging`,
    version: `s3:${verb}ObjectVersionTagging`,
  });
  engine.store.change(() => {
    engine.store.objects.setRecord(version.sequence, { ...version.record, tags });
  });
  return { status, headers: versionHeader(version.versionId, bucket) };
}
