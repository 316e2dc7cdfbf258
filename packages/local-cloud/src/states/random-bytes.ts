/** Returns `length` random bytes. Tests pass a function that returns known bytes. */
export type RandomBytes = (length: number) => Uint8Array;
