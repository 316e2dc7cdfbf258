/** How a file is divided: `partSize` bytes a part; the last part has the rest. */
export interface Cut {
  /** Bytes of the file. */
  readonly size: number;
  readonly partSize: number;
}

export interface PartRange {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * Returns the bytes of a part.
 *
 * @param partNumber from 1
 * @throws RangeError if the file has no part with this number
 */
export function partRange(cut: Cut, partNumber: number): PartRange {
  const offset = (partNumber - 1) * cut.partSize;
  if (!Number.isInteger(partNumber) || partNumber < 1 || offset >= cut.size) {
    const last = Math.ceil(cut.size / cut.partSize);
    throw new RangeError(`This file has parts 1 to ${last}; got ${partNumber}.`);
  }
  return { offset, size: Math.min(cut.partSize, cut.size - offset) };
}
