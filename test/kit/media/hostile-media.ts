/** Builds one box: four bytes of length, four letters of type, content. */
export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length + 8);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

/** Offset of a box's length, four bytes before its type. Throws if no box has the type. */
export function boxStart(file: Uint8Array, type: string): number {
  const at = Buffer.from(file).indexOf(type, 0, 'latin1');
  if (at < 4) throw new Error(`The file has no box ${type}.`);
  return at - 4;
}

/** Returns the file with other bytes at an offset. */
export function patched(file: Uint8Array, at: number, bytes: readonly number[] | Buffer): Buffer {
  const copy = Buffer.from(file);
  copy.set(bytes, at);
  return copy;
}

/** Inserts a box behind `ftyp` and adjusts the chunk offsets, so that the file still plays. */
export function insertedAfterFtyp(file: Uint8Array, inserted: Uint8Array): Buffer {
  const bytes = Buffer.from(file);
  const ftypEnd = bytes.readUInt32BE(0);
  for (let at = bytes.indexOf('stco'); at >= 0; at = bytes.indexOf('stco', at + 4)) {
    const count = bytes.readUInt32BE(at + 8);
    for (let entry = 0; entry < count; entry += 1) {
      const place = at + 12 + entry * 4;
      bytes.writeUInt32BE(bytes.readUInt32BE(place) + inserted.length, place);
    }
  }
  return Buffer.concat([bytes.subarray(0, ftypEnd), inserted, bytes.subarray(ftypEnd)]);
}

/** A ZIP archive with one stored file. ZIP readers start at the end, so other bytes may come before it. */
export function zipOf(name: string, content: string): Buffer {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50);
  local.writeUInt32LE(content.length, 18);
  local.writeUInt32LE(content.length, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50);
  central.writeUInt32LE(content.length, 20);
  central.writeUInt32LE(content.length, 24);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + content.length, 16);
  const [nameBytes, contentBytes] = [Buffer.from(name), Buffer.from(content)];
  return Buffer.concat([local, nameBytes, contentBytes, central, nameBytes, end]);
}

/** An AVI with one chunk that contains an HLS playlist, like the FFmpeg exploits of 2017. */
export function aviAround(playlist: string): Buffer {
  const list = Buffer.concat([Buffer.from('LIST\x04\0\0\0hdrl'), Buffer.from(playlist)]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(list.length + 4);
  return Buffer.concat([Buffer.from('RIFF'), size, Buffer.from('AVI '), list]);
}
