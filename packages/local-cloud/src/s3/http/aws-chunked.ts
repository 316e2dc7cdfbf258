import { createHash, type Hash } from 'node:crypto';
import { equalSignatures } from '../../iam/equal-signatures.ts';
import { scopeText, type VerifiedSignature } from '../../iam/sigv4.ts';
import { sign } from '../../iam/sigv4-canonical.ts';
import { s3Error } from '../errors.ts';

/**
 * The body form `aws-chunked`: `<hex size>[;chunk-signature=<hex>]\r\n<data>\r\n … 0\r\n[trailers]\r\n`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export interface ChunkedForm {
  /** The request's signature, from which the chunk signatures are derived; undefined for unsigned chunks. */
  readonly seed: VerifiedSignature | undefined;
  readonly trailer: boolean;
}

const MAX_LINE = 16_384;
/**
 * The minimum size of signed chunks except the last:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
const MIN_SIGNED_CHUNK = 8192;
const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** Yields the data, and fills `trailers` (names in lower case) at the end. */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  form: ChunkedForm,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new ChunkInput(source);
  try {
    yield* decodeChunks(input, form, trailers);
  } finally {
    await input.close();
  }
}

async function* decodeChunks(
  input: ChunkInput,
  form: ChunkedForm,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const signatures = form.seed && new ChunkSignatures(form.seed);
  let shortChunk = false;
  for (;;) {
    const header = parseHeader(await input.line(), signatures !== undefined);
    if (shortChunk && header.size > 0) throw s3Error('InvalidChunkSizeError');
    shortChunk = signatures !== undefined && header.size < MIN_SIGNED_CHUNK;
    const hash = signatures && createHash('sha256');
    for await (const piece of input.bytes(header.size)) {
      hash?.update(piece);
      yield piece;
    }
    signatures?.verify(header.signature, hash);
    if (header.size === 0) break;
    if ((await input.line()) !== '') throw malformed('a chunk is longer than its size says');
  }
  await readTrailers(input, form, signatures, trailers);
}

function parseHeader(line: string, signed: boolean): { size: number; signature: string } {
  const [, hex = '', signature] =
    /^([0-9a-fA-F]{1,12})(?:;chunk-signature=(.*))?$/.exec(line) ?? [];
  if (hex === '') throw malformed(`a chunk begins with "${line.slice(0, 80)}"`);
  if (signed && signature === undefined) throw malformed('a chunk has no signature');
  return { size: Number.parseInt(hex, 16), signature: signature ?? '' };
}

async function readTrailers(
  input: ChunkInput,
  form: ChunkedForm,
  signatures: ChunkSignatures | undefined,
  trailers: Map<string, string>,
): Promise<void> {
  const signed: string[] = [];
  for (let line = await input.optionalLine(); line; line = await input.optionalLine()) {
    const colon = line.indexOf(':');
    if (colon < 1) throw malformed(`a trailer reads "${line.slice(0, 80)}"`);
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!form.trailer) throw malformed(`the trailer ${name} was not announced`);
    trailers.set(name, value);
    if (name !== 'x-amz-trailer-signature') signed.push(`${name}:${value}\n`);
  }
  if (form.trailer && signatures) {
    signatures.verifyTrailer(trailers.get('x-amz-trailer-signature') ?? '', signed.join(''));
  }
  await input.end();
}

function malformed(what: string): Error {
  return s3Error('IncompleteBody', { message: `The aws-chunked body is malformed: ${what}.` });
}

class ChunkSignatures {
  readonly #seed: VerifiedSignature;
  #previous: string;

  constructor(seed: VerifiedSignature) {
    this.#seed = seed;
    this.#previous = seed.signature;
  }

  verify(given: string, data: Hash | undefined): void {
    const hash = data?.digest('hex') ?? EMPTY_SHA256;
    this.#compare(given, 'AWS4-HMAC-SHA256-PAYLOAD', [EMPTY_SHA256, hash]);
  }

  verifyTrailer(given: string, lines: string): void {
    const hash = createHash('sha256').update(lines).digest('hex');
    this.#compare(given, 'AWS4-HMAC-SHA256-TRAILER', [hash]);
  }

  #compare(given: string, kind: string, hashes: readonly string[]): void {
    const { timestamp, scope, signingKey } = this.#seed;
    const text = [kind, timestamp, scopeText(scope), this.#previous, ...hashes].join('\n');
    const expected = sign(signingKey, text);
    if (!equalSignatures(given, expected)) {
      throw s3Error('SignatureDoesNotMatch', { StringToSign: text, SignatureProvided: given });
    }
    this.#previous = expected;
  }
}

/** Reads lines and a given number of bytes from a stream of buffers, without copying the bytes. */
class ChunkInput {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const line = await this.optionalLine();
    if (line === undefined) throw s3Error('IncompleteBody');
    return line;
  }

  /** Undefined at the end of the stream. */
  async optionalLine(): Promise<string | undefined> {
    let from = 0;
    for (;;) {
      const feed = this.#buffer.indexOf(0x0a, from);
      if (feed >= 0) {
        const line = Buffer.from(this.#buffer.subarray(0, feed)).toString('latin1');
        this.#buffer = this.#buffer.subarray(feed + 1);
        return line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      from = this.#buffer.length;
      if (from > MAX_LINE) throw malformed('a line has no end');
      const next = await this.#source.next();
      if (next.done) {
        if (from > 0) throw s3Error('IncompleteBody');
        return undefined;
      }
      this.#buffer = from === 0 ? next.value : Buffer.concat([this.#buffer, next.value]);
    }
  }

  async *bytes(count: number): AsyncGenerator<Uint8Array, void, undefined> {
    let left = count;
    while (left > 0) {
      if (this.#buffer.length === 0) {
        const next = await this.#source.next();
        if (next.done) throw s3Error('IncompleteBody');
        this.#buffer = next.value;
        continue;
      }
      const piece = this.#buffer.subarray(0, left);
      this.#buffer = this.#buffer.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Releases the stream, so that the caller can discard the rest. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async end(): Promise<void> {
    const next = this.#buffer.length === 0 ? await this.#source.next() : undefined;
    if (!next?.done) throw malformed('bytes follow its end');
  }
}
