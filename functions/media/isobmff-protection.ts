import { DamagedMedia } from './damaged-media.ts';
import { parseBox, printable } from './isobmff-box.ts';
import type { PathedBox } from './isobmff-movie.ts';
import { viewOf } from './isobmff-timing.ts';
import type { RangedReader } from './ranged-reader.ts';

/** The flag of a data reference to media in the same file: ISO/IEC 14496-12, 8.7.2. */
const SELF_CONTAINED = 1;
/** QuickTime's alias and resource references have the same flag. */
const MAX_REFERENCES = 64 * 1024;

/**
 * A track may refer to another file or a URL for its media. A server that follows it would read what the
 * uploader has chosen.
 * @throws DamagedMedia `external`
 */
export async function checkReferences(
  reader: RangedReader,
  boxes: readonly PathedBox[],
): Promise<void> {
  for (const box of boxes.filter(({ path }) => path === 'trak/mdia/minf/dinf')) {
    if (box.end - box.start > MAX_REFERENCES) {
      throw new DamagedMedia('structure', 'A track has too many data references.');
    }
    const bytes = await reader.read(box.content, box.end);
    for (const reference of references(bytes)) {
      if (!reference.here) {
        throw new DamagedMedia(
          'external',
          `A track's media are outside of the file (${printable(reference.type)}).`,
        );
      }
    }
  }
}

function references(bytes: Uint8Array): { type: string; here: boolean }[] {
  const found: { type: string; here: boolean }[] = [];
  for (let at = 0; at + 16 <= bytes.length; ) {
    const box = parseBox(bytes.subarray(at, at + 16), at, bytes.length);
    if (box.type !== 'dref') {
      at = box.end;
      continue;
    }
    for (let inner = box.content + 8; inner + 12 <= Math.min(box.end, bytes.length); ) {
      const entry = parseBox(bytes.subarray(inner, inner + 16), inner, box.end);
      const flags = viewOf(bytes).getUint32(entry.content) & 0xff_ffff;
      found.push({ type: entry.type, here: (flags & SELF_CONTAINED) !== 0 });
      inner = entry.end;
    }
    at = box.end;
  }
  return found;
}

/** Sample entries of encrypted tracks: ISO/IEC 14496-12, 8.12, and Apple's own. */
const ENCRYPTED = new Set(['encv', 'enca', 'drmi', 'drms']);

/**
 * A track's first sample entry names its encoding, or says that it is encrypted.
 * @throws DamagedMedia `encrypted`
 */
export async function checkEncryption(
  reader: RangedReader,
  boxes: readonly PathedBox[],
): Promise<void> {
  for (const box of boxes.filter(({ path }) => path === 'trak/mdia/minf/stbl/stsd')) {
    const type = Buffer.from(await reader.read(box.content + 12, box.content + 16)).toString(
      'latin1',
    );
    if (ENCRYPTED.has(type)) {
      throw new DamagedMedia('encrypted', `A track is encrypted (${printable(type)}).`);
    }
  }
}
