/** One box: four bytes of length, four letters, content. */
export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length + 8);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

/** Where the box's length stands: four bytes before its type. Throws if there is none of that type. */
export function boxStart(file: Uint8Array, type: string): number {
  const at = Buffer.from(file).indexOf(type, 0, 'latin1');
  if (at < 4) throw new Error(`The file has no box ${type}.`);
  return at - 4;
}

/** The file with other bytes at a place. */
export function patched(file: Uint8Array, at: number, bytes: readonly number[] | Buffer): Buffer {
  const copy = Buffer.from(file);
  copy.set(bytes, at);
  return copy;
}

/** A box between `ftyp` and the rest; the table of chunk offsets follows, so that the file still plays. */
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

/** A ZIP archive of one stored file; what is behind it does not matter to one who reads it from its end. */
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

/** An AVI of one chunk that holds an HLS playlist, as FFmpeg's exploits of 2017 were built. */
export function aviAround(playlist: string): Buffer {
  const list = Buffer.concat([Buffer.from('LIST\x04\0\0\0hdrl'), Buffer.from(playlist)]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(list.length + 4);
  return Buffer.concat([Buffer.from('RIFF'), size, Buffer.from('AVI '), list]);
}
