import type { PartUrl } from '../core/contract/grant.ts';

export interface SentPart {
  readonly partNumber: number;
  readonly etag: string;
}

export interface SendOptions {
  /** Parts on their way at the same time. */
  readonly concurrency: number;
  /** Signs one part again; called when S3 has refused its URL (403: expired). */
  readonly signAgain: (partNumber: number) => Promise<PartUrl>;
  /** Called after each part with the bytes that S3 has acknowledged so far. */
  readonly onSent: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** S3 has refused a part for good. */
export class PartError extends Error {
  override readonly name = 'PartError';
  readonly code: string;
  readonly status: number;
  readonly partNumber: number;

  constructor(partNumber: number, status: number, code: string) {
    super(`S3 refused part ${partNumber}: ${status} ${code}.`);
    this.partNumber = partNumber;
    this.status = status;
    this.code = code;
  }
}

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 200;

/** Sends every part straight to S3, `concurrency` at a time, and answers their ETags in order. */
export async function sendParts(
  file: Blob,
  parts: readonly PartUrl[],
  options: SendOptions,
): Promise<SentPart[]> {
  const waiting = [...parts];
  const sent: SentPart[] = [];
  let bytes = 0;
  const worker = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      sent.push({ partNumber: part.partNumber, etag: await sendPart(file, part, options) });
      bytes += part.size;
      options.onSent(bytes);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  return sent.sort((a, b) => a.partNumber - b.partNumber);
}

async function sendPart(file: Blob, first: PartUrl, options: SendOptions): Promise<string> {
  let part = first;
  for (let attempt = 1; ; attempt++) {
    const answer = await put(file, part, options.signal);
    if ('etag' in answer) return answer.etag;
    const mayHelp = answer.status === 403 || answer.status === 429 || answer.status >= 500;
    if (!mayHelp || attempt === ATTEMPTS) {
      throw new PartError(part.partNumber, answer.status, answer.code);
    }
    if (answer.status === 403) part = await options.signAgain(part.partNumber);
    await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1) * Math.random());
  }
}

type Put = { etag: string } | { status: number; code: string };

async function put(file: Blob, part: PartUrl, signal: AbortSignal | undefined): Promise<Put> {
  let response: Response;
  try {
    response = await fetch(part.url, {
      method: 'PUT',
      body: file.slice(part.offset, part.offset + part.size),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    return { status: 503, code: 'NetworkError' };
  }
  const text = await response.text();
  const etag = response.headers.get('etag');
  if (response.ok && etag) return { etag };
  return { status: response.status, code: /<Code>(\w+)</.exec(text)?.[1] ?? 'Unknown' };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
