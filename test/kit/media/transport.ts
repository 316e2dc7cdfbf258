/** Packets of a transport stream: ISO/IEC 13818-1, 2.4.3.2. They are views of `bytes`. */
export function packetsOf(bytes: Buffer, stride = 188): Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / stride) }, (_, index) =>
    bytes.subarray(index * stride, (index + 1) * stride),
  );
}

/** The stream without the packets of some identifiers, such as those of its tables. */
export function withoutPids(bytes: Buffer, pids: readonly number[], stride = 188): Buffer {
  const sync = stride - 188;
  return Buffer.concat(
    packetsOf(bytes, stride).filter(
      (packet) => !pids.includes(packet.readUInt16BE(sync + 1) & 0x1fff),
    ),
  );
}

/** One packet with the list of all programs: 2.4.4.3. */
export function programAssociation(
  programs: readonly { readonly program: number; readonly pid: number }[],
): Buffer {
  const body = programs.flatMap(({ program, pid }) => [
    ...[program >> 8, program & 0xff],
    ...[0xe0 | (pid >> 8), pid & 0xff],
  ]);
  const section = [0x00, 0xb0, 9 + body.length, 0x00, 0x01, 0xc1, 0x00, 0x00, ...body];
  const packet = Buffer.alloc(188, 0xff);
  Buffer.from([0x47, 0x40, 0x00, 0x10, 0x00, ...section]).copy(packet);
  packet.writeUInt32BE(crc(section), 5 + section.length);
  return packet;
}

/** CRC-32/MPEG-2. */
function crc(bytes: readonly number[]): number {
  let value = 0xffff_ffff;
  for (const byte of bytes) {
    value ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) {
      value = value & 0x8000_0000 ? (value << 1) ^ 0x04c1_1db7 : value << 1;
    }
  }
  return value >>> 0;
}
