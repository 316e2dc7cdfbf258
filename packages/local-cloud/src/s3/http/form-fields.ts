import type { Readable } from 'node:stream';
import { s3Error } from '../errors.ts';

/**
 * All fields before the file, without the policy:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
 */
export const MAX_FIELDS_BYTES = 20 * 1024;
/** Bounds memory only. S3 accepts no policy of this size. */
export const MAX_FIELD_BYTES = 1024 * 1024;
/** Bounds memory only. A form with short fields reaches the limit in bytes first. */
export const MAX_FIELDS = 1000;

function tooLarge(): Error {
  return s3Error('MaxPostPreDataLengthExceededError');
}

/** The fields of a form before its file, within S3's limits. */
export class FormFields {
  readonly #fields = new Map<string, string>();
  readonly #pending: Promise<void>[] = [];
  #bytes = 0;
  #count = 0;

  /** Throws MaxPostPreDataLengthExceededError. */
  add(name: string, value: string): void {
    const lower = name.toLowerCase();
    this.#count += 1;
    this.#countBytes(lower, Buffer.byteLength(name) + Buffer.byteLength(value));
    if (this.#count > MAX_FIELDS) throw tooLarge();
    this.#fields.set(lower, value);
  }

  /** Adds a field that has a file name. `onError` gets an error as soon as it occurs. */
  addStream(name: string, stream: Readable, onError: (error: unknown) => void): void {
    const reading = this.#read(name, stream);
    reading.catch(onError);
    this.#pending.push(reading);
  }

  /** Resolves when all fields are read. */
  async complete(): Promise<ReadonlyMap<string, string>> {
    await Promise.all(this.#pending);
    return this.#fields;
  }

  async #read(name: string, stream: Readable): Promise<void> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stream) {
      size += (chunk as Buffer).length;
      if (size > MAX_FIELD_BYTES) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
    this.add(name, Buffer.concat(chunks).toString());
  }

  /** S3 does not count the policy, which may be long. */
  #countBytes(name: string, bytes: number): void {
    if (name !== 'policy') this.#bytes += bytes;
    if (this.#bytes > MAX_FIELDS_BYTES) throw tooLarge();
  }
}
