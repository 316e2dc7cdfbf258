import { refuse, type Sniffed } from './sniffed.ts';

/** https://www.rfc-editor.org/rfc/rfc8794#section-11.2.1 */
const EBML = '\x1a\x45\xdf\xa3';
const DOC_TYPE = '\x42\x82';

/** Recognizes Matroska and WebM by the DocType of the header; undefined if the file is not EBML. */
export function sniffMatroska(head: Uint8Array, latin1: string): Sniffed | undefined {
  if (!latin1.startsWith(EBML)) return undefined;
  const at = latin1.indexOf(DOC_TYPE, EBML.length);
  const size = (head[at + DOC_TYPE.length] ?? 0x80) & 0x7f;
  const start = at + DOC_TYPE.length + 1;
  const docType = at < 0 ? '' : latin1.slice(start, start + size).replace(/\0+$/, '');
  if (docType === 'webm') return { container: 'webm' };
  if (docType === 'matroska') return { container: 'mkv' };
  return refuse('container_not_allowed', 'The file is EBML, but neither Matroska nor WebM.');
}
