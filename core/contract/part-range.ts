/** How a file was cut: `partSize` bytes each, the last part has the rest. */
export interface Cut {
  /** Bytes of the file. */
  readonly size: number;
  readonly partSize: number;
}

export interface PartRange {
  /** Bytes from the file's start. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * Where a part stands in its file.
 *
 * @param partNumber from 1
 * @throws RangeError for a number that the file has no part for
 */
export function partRange(cut: Cut, partNumber: number): PartRange {
  const offset = (partNumber - 1) * cut.partSize;
  if (!Number.isInteger(partNumber) || partNumber < 1 || offset >= cut.size) {
    const last = Math.ceil(cut.size / cut.partSize);
    throw new RangeError(`This file has parts 1 to ${last}; got ${partNumber}.`);
  }
  return { offset, size: Math.min(cut.partSize, cut.size - offset) };
}
