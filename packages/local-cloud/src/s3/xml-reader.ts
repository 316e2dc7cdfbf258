import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { s3Error } from './errors.ts';

/**
 * A parsed element: text, or children by name. Children are always lists, since XML does not distinguish one
 * from many.
 */
export type XmlNode = string | { readonly [name: string]: readonly XmlNode[] };

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  parseTagValue: false,
  // Keys may start or end with white space.
  trimValues: false,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
});

/** Parses a request's document whose root is `root`. Throws MalformedXML. */
export function readXml(source: string, root: string): XmlNode {
  // Entities of a document could expand without limit. Requests of S3 have none.
  if (/<!(DOCTYPE|ENTITY)/i.test(source) || XMLValidator.validate(source) !== true) {
    throw s3Error('MalformedXML');
  }
  const parsed = clean(parser.parse(source));
  const found = child(parsed, root);
  if (found === undefined) throw s3Error('MalformedXML');
  return found;
}

function clean(value: unknown): XmlNode {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  const entries = Object.entries(value).filter(([name]) => name !== '#text');
  // An element that has only text. White space between elements is ignored.
  if (entries.length === 0) return String('#text' in value ? value['#text'] : '');
  return Object.fromEntries(
    entries.map(([name, each]) => [name, (Array.isArray(each) ? each : [each]).map(clean)]),
  );
}

export function childrenOf(node: XmlNode, name: string): readonly XmlNode[] {
  return typeof node === 'string' ? [] : (node[name] ?? []);
}

export function child(node: XmlNode, name: string): XmlNode | undefined {
  return childrenOf(node, name)[0];
}

/** The text of a child; undefined if it is absent. Throws MalformedXML for a child with children. */
export function textOf(node: XmlNode, name: string): string | undefined {
  const found = child(node, name);
  if (found === undefined || typeof found === 'string') return found;
  throw s3Error('MalformedXML');
}

export function textsOf(node: XmlNode, name: string): string[] {
  return childrenOf(node, name).map((each) => {
    if (typeof each === 'string') return each;
    throw s3Error('MalformedXML');
  });
}

/** Throws for elements that this engine does not support. */
export function onlyChildren(node: XmlNode, allowed: readonly string[]): void {
  if (typeof node === 'string') {
    if (node.trim() !== '') throw s3Error('MalformedXML');
    return;
  }
  const unknown = Object.keys(node).find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  throw s3Error('MalformedXML', {
    message: `The element ${unknown} is not known here; known are ${allowed.join(', ')}.`,
  });
}
