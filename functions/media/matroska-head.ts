import { DamagedMedia } from './damaged-media.ts';
import { isUnknownSize, sizeAt, unsigned } from './ebml.ts';
import type { RangedReader } from './ranged-reader.ts';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
const SEEK_HEAD = 0x114d9b74;

/** A segment of unknown size, as in live recordings. */
const OPEN_SEGMENT = Uint8Array.from([0x18, 0x53, 0x80, 0x67, 0x01, ...Array(7).fill(0xff)]);

const HEADER_BYTES = 12;
const MAX_ELEMENTS = 256;
/** Descriptions have a few kilobytes; a codec's private data may bring some more. */
const MAX_DESCRIPTION = 512 * 1024;

/**
 * A Matroska file's description alone, as a file of its own: header, Info, Tracks. Indexes, tags and
 * attachments (fonts, covers) are skipped unread.
 *
 * @throws DamagedMedia `structure` where no tracks are described, neither before the first cluster nor where the seek
 * head says, or a second segment begins before them: segments do not nest (RFC 9559, 5.1), and a demuxer does not finish with hundreds of empty
 * segments of unknown size
 */
export async function matroskaHead(reader: RangedReader): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const wanted = new Set([INFO, TRACKS]);
  let position = 0;
  let segment = 0;
  let inSegment = false;
  let listed: readonly Listed[] = [];
  for (let count = 0; count < MAX_ELEMENTS && wanted.size > 0; count += 1) {
    const element = await elementAt(reader, position);
    // Some writers put the description behind the media.
    const isBehind = !element || element.id === CLUSTER;
    const next = isBehind ? listed.find(({ id }) => wanted.has(id)) : undefined;
    if (next && next.position > position) {
      position = next.position;
      continue;
    }
    if (isBehind) break;
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
      segment = position;
      continue;
    }
    if (element.end === undefined) break;
    if (element.id === SEEK_HEAD && element.end - position <= MAX_DESCRIPTION) {
      listed = seekHead(await reader.read(element.content, element.end), segment);
    }
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

interface Listed {
  readonly id: number;
  /** From the start of the file. */
  readonly position: number;
}

const SEEK = 0x4dbb;
const SEEK_ID = 0x53ab;
const SEEK_POSITION = 0x53ac;

/** RFC 9559, 5.1.1: where the segment's elements are. All of these ids have two bytes. */
function seekHead(bytes: Uint8Array, segment: number): Listed[] {
  const found: Listed[] = [];
  let id = 0;
  for (let at = 0; at + 3 <= bytes.length; ) {
    const element = unsigned(bytes.subarray(at, at + 2));
    const size = sizeAt(bytes, at + 2);
    if (!size) break;
    const value = unsigned(bytes.subarray(size.next, size.next + size.value));
    if (element === SEEK_ID) id = value;
    if (element === SEEK_POSITION) found.push({ id, position: segment + value });
    // A Seek is entered, everything else is passed.
    at = element === SEEK ? size.next : size.next + size.value;
  }
  return found;
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
