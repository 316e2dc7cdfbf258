import type { KeyCondition } from '../expressions/key-condition.ts';
import type { KeyRange } from '../storage/rows.ts';
import type { AttributeValue } from '../values/attribute-value.ts';
import {
  afterPrefix,
  encodeKeyPart,
  encodeKeyPrefix,
  encodePartition,
} from '../values/key-encoding.ts';

/** The keys that a key condition asks for. */
export function keyRange({ partition, sort }: KeyCondition): KeyRange {
  const prefix = encodePartition(partition);
  const whole = { from: prefix, to: afterPrefix(prefix) };
  if (sort === undefined) return whole;
  const at = (value: AttributeValue) => Buffer.concat([prefix, encodeKeyPart(value)]);
  switch (sort.kind) {
    case 'begins_with': {
      const start = Buffer.concat([prefix, encodeKeyPrefix(sort.prefix)]);
      return { from: start, to: afterPrefix(start) };
    }
    case 'between':
      return { from: at(sort.low), to: afterPrefix(at(sort.high)) };
    case 'compare': {
      const key = at(sort.value);
      switch (sort.comparator) {
        case '<':
          return { from: whole.from, to: key };
        case '<=':
          return { from: whole.from, to: afterPrefix(key) };
        case '>':
          return { from: afterPrefix(key) ?? key, to: whole.to };
        case '>=':
          return { from: key, to: whole.to };
        default:
          return { from: key, to: afterPrefix(key) };
      }
    }
  }
}

export function isInRange(key: Buffer, { from, to }: KeyRange): boolean {
  return Buffer.compare(key, from) >= 0 && (to === undefined || Buffer.compare(key, to) < 0);
}

/** Segments of a scan are ranges of the hash that keys begin with. */
const HASHES = 2 ** 32;

export function segmentRange(segment: number, total: number): KeyRange {
  const from = bound(Math.floor((segment * HASHES) / total));
  const end = Math.floor(((segment + 1) * HASHES) / total);
  return end < HASHES ? { from, to: bound(end) } : { from };
}

function bound(hash: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(hash);
  return bytes;
}
