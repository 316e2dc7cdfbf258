const SYNC = 0x47;
/** Plain, with a timecode before each packet (Blu-ray), with error correction after it. */
const STRIDES = [188, 192, 204] as const;
const CLOCK = 90_000;

/** The presentation time at the start of a packetized elementary stream's packet. */
export interface TimedPacket {
  readonly pid: number;
  /** Seconds, before the clock restarts at 2^33. */
  readonly seconds: number;
}

/** All presentation times in `bytes`, in the order of the file. */
export function timedPackets(bytes: Uint8Array): TimedPacket[] {
  const found: TimedPacket[] = [];
  const grid = packetGrid(bytes);
  if (!grid) return found;
  for (let at = grid.first; at + 188 <= bytes.length; at += grid.stride) {
    const packet = bytes[at] === SYNC ? timedPacket(bytes.subarray(at, at + 188)) : undefined;
    if (packet) found.push(packet);
  }
  return found;
}

export interface PacketGrid {
  /** The first sync byte. */
  readonly first: number;
  readonly stride: number;
}

/** Where packets begin: five sync bytes in a row at one of the three distances. */
export function packetGrid(bytes: Uint8Array): PacketGrid | undefined {
  for (let first = 0; first < Math.min(bytes.length, 1024); first += 1) {
    for (const stride of STRIDES) {
      const beats = [0, 1, 2, 3, 4].map((beat) => first + beat * stride);
      if (beats.every((at) => at >= bytes.length || bytes[at] === SYNC)) return { first, stride };
    }
  }
  return undefined;
}

/** ISO/IEC 13818-1, 2.4.3.2 and 2.4.3.6 */
function timedPacket(packet: Uint8Array): TimedPacket | undefined {
  const [, high = 0, low = 0, control = 0, adaptation = 0] = packet;
  const startsUnit = (high & 0x40) !== 0;
  if (!startsUnit || (control & 0x10) === 0) return undefined;
  const payload = packet.subarray(4 + ((control & 0x20) !== 0 ? 1 + adaptation : 0));
  const isPes = payload[0] === 0 && payload[1] === 0 && payload[2] === 1;
  const hasTime = ((payload[7] ?? 0) & 0x80) !== 0;
  if (!isPes || !hasTime || payload.length < 14) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = payload.subarray(9, 14);
  // 33 bits in pieces of 3, 15 and 15; the product, not a shift, keeps the highest.
  const ticks = ((a >> 1) & 7) * 2 ** 30 + (b << 22) + ((c >> 1) << 15) + (d << 7) + (e >> 1);
  return { pid: ((high & 0x1f) << 8) | low, seconds: ticks / CLOCK };
}
