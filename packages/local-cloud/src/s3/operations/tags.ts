import { s3Error } from '../errors.ts';
import type { Tags } from '../store/objects.ts';
import { childrenOf, readXml, textOf, type XmlNode } from '../xml-reader.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const OBJECT_TAGS = 10;
const MAX_KEY = 128;
const MAX_VALUE = 256;

/** Tags in a header: a query string. */
export function parseTagHeader(text: string): Tags {
  const tags = [...new URLSearchParams(text)];
  requireTags(tags, OBJECT_TAGS);
  return sorted(tags);
}

/** Tags in a document: `<Tagging><TagSet><Tag>…`. */
export function parseTagDocument(source: string, limit = OBJECT_TAGS): Tags {
  const tagging = readXml(source, 'Tagging');
  const set = childrenOf(tagging, 'TagSet')[0];
  if (set === undefined) throw s3Error('MalformedXML');
  const tags = childrenOf(set, 'Tag').map(parseTag);
  requireTags(tags, limit);
  return sorted(tags);
}

/** S3 returns tags ordered by key. */
function sorted(tags: Tags): Tags {
  return [...tags].sort(([a], [b]) => (a < b ? -1 : 1));
}

function parseTag(tag: XmlNode): readonly [string, string] {
  const key = textOf(tag, 'Key');
  const value = textOf(tag, 'Value');
  if (key === undefined || value === undefined) throw s3Error('MalformedXML');
  return [key, value];
}

function requireTags(tags: Tags, limit: number): void {
  if (tags.length > limit) {
    throw s3Error(limit === OBJECT_TAGS ? 'BadRequest' : 'InvalidTag', {
      message: `Object tags cannot be greater than ${limit}`,
    });
  }
  const seen = new Set<string>();
  for (const [key, value] of tags) {
    if (key === '' || key.length > MAX_KEY) {
      throw s3Error('InvalidTag', {
        message: 'The TagKey you have provided is invalid',
        TagKey: key,
      });
    }
    if (value.length > MAX_VALUE) {
      throw s3Error('InvalidTag', {
        message: 'The TagValue you have provided is invalid',
        TagKey: key,
        TagValue: value,
      });
    }
    if (seen.has(key)) {
      throw s3Error('InvalidTag', {
        message: 'Cannot provide multiple Tags with the same key',
        TagKey: key,
      });
    }
    seen.add(key);
  }
}
