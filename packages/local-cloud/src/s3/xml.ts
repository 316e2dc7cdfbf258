/**
 * Text, a number, a boolean, an element with children, or several elements of the same name. Undefined is
 * left out.
 */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | XmlElement
  | readonly (string | XmlElement)[];

export interface XmlElement {
  readonly [name: string]: XmlValue;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A document in the namespace of S3. */
export function xmlDocument(root: string, content: XmlElement): string {
  return `${DECLARATION}<${root} xmlns="${NAMESPACE}">${children(content)}</${root}>`;
}

/** Errors and the responses to forms have no namespace. */
export function bareDocument(root: 'Error' | 'PostResponse', content: XmlElement): string {
  return `${DECLARATION}<${root}>${children(content)}</${root}>`;
}

function children(element: XmlElement): string {
  return Object.entries(element)
    .map(([name, value]) => node(name, value))
    .join('');
}

function node(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((each) => node(name, each)).join('');
  if (typeof value === 'object') {
    const attributes = Object.entries(value).filter(([key]) => key.startsWith('@'));
    const opening = attributes.map(
      ([key, text]) => ` ${key.slice(1)}="${escapeXml(String(text))}"`,
    );
    const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('@')));
    return `<${name}${opening.join('')}>${children(rest)}</${name}>`;
  }
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

function isList(value: XmlValue): value is readonly (string | XmlElement)[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/**
 * Like S3, writes control characters as character references. Most of them are not valid in XML 1.0; clients
 * that list such keys use `encoding-type=url`.
 */
function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must be escaped.
  return text.replace(/[&<>"\u0000-\u001f]/g, (character) => {
    return ENTITIES[character] ?? `&#x${character.charCodeAt(0).toString(16)};`;
  });
}
