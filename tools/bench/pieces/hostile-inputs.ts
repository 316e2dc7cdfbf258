import { SNIFF_BYTES } from '../../../core/media/sniff.ts';
import { box } from '../../../test/kit/media/hostile-media.ts';

/** A head of nothing but comments, which a naive search scans again from each position. */
export function hostileHead(): Uint8Array {
  return Buffer.from('<!---->'.repeat(SNIFF_BYTES / 7), 'latin1');
}

/** A wildcard pattern and a text for which trying every way to match takes exponential time. */
export function hostileMatch(length: number): { pattern: object; event: object } {
  return {
    pattern: { v: [{ wildcard: `${'*a'.repeat(30)}*b*a` }] },
    event: { v: 'a'.repeat(length) },
  };
}

/** An MP4 with this many levels of nested boxes. */
export function deepFile(levels: number): Uint8Array {
  const deep = Buffer.alloc(levels * 8);
  for (let level = 0; level < levels; level++) {
    const at = level * 8;
    deep.writeUInt32BE(deep.length - at, at);
    deep.write(level % 2 === 0 ? 'trak' : 'mdia', at + 4, 'latin1');
  }
  return Buffer.concat([box('ftyp', Buffer.from('isom\0\0\0\0isom')), box('moov', deep)]);
}
