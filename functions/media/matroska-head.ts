import { DamagedMedia } from './damaged-media.ts';
import { isUnknownSize, sizeAt } from './ebml.ts';
import type { RangedReader } from './ranged-reader.ts';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;

/** A segment of unknown size, as in live recordings. */
const OPEN_SEGMENT = Uint8Array.from([0x18, 0x53, 0x80, 0x67, 0x01, ...Array(7).fill(0xff)]);

const HEADER_BYTES = 12;
const MAX_ELEMENTS = 256;
/** Descriptions have a few kilobytes; a codec's private data may bring some more. */
const MAX_DESCRIPTION = 512 * 1024;

/**
 * A Matroska file's description alone, as a file of its own: header, Info, Tracks. Indexes, tags and
 * attachments (fonts, covers) are skipped unread.
 * @throws DamagedMedia `structure` where no tracks are described before the first cluster, or a second segment
 * begins before them: segments do not nest (RFC 9559, 5.1), and a demuxer does not finish with hundreds of empty
 * segments of unknown size
 */
export async function matroskaHead(reader: RangedReader): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const wanted = new Set([INFO, TRACKS]);
  let position = 0;
  let inSegment = false;
  for (let count = 0; count < MAX_ELEMENTS && wanted.size > 0; count += 1) {
    const element = await elementAt(reader, position);
    if (!element || element.id === CLUSTER) break;
    if (element.id === SEGMENT) {
      if (inSegment) {
        throw new DamagedMedia('structure', `A second segment begins at byte ${position}.`);
      }
      inSegment = true;
      if (element.end !== undefined && element.end > reader.size) {
        const detail = `The file announces ${element.end} bytes and has ${reader.size}.`;
        throw new DamagedMedia('truncated', detail);
      }
      parts.push(OPEN_SEGMENT);
      position = element.content;
      continue;
    }
    if (element.end === undefined) break;
    if (element.id === EBML || element.id === INFO || element.id === TRACKS) {
      if (element.end - position > MAX_DESCRIPTION) {
        throw new DamagedMedia(
          'structure',
          `The description at byte ${position} claims ${element.end - position} bytes.`,
        );
      }
      if (element.end > reader.size) {
        throw new DamagedMedia('truncated', 'The file ends within its description.');
      }
      parts.push(await reader.read(position, element.end));
      wanted.delete(element.id);
    }
    position = element.end;
  }
  if (wanted.has(TRACKS)) throw new DamagedMedia('structure', 'The file describes no track.');
  return Buffer.concat(parts);
}

interface Element {
  readonly id: number;
  readonly content: number;
  /** Undefined for an element of unknown size. */
  readonly end: number | undefined;
}

async function elementAt(reader: RangedReader, position: number): Promise<Element | undefined> {
  const bytes = await reader.read(position, position + HEADER_BYTES);
  const idLength = Math.clz32(bytes[0] ?? 0) - 24 + 1;
  if (idLength > 4) return undefined;
  const id = bytes.subarray(0, idLength).reduce((value, byte) => value * 256 + byte, 0);
  const size = sizeAt(bytes, idLength);
  if (!size) return undefined;
  const content = position + size.next;
  return { id, content, end: isUnknownSize(bytes, idLength) ? undefined : content + size.value };
}
