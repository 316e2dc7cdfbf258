import { XMLValidator } from 'fast-xml-parser';

export interface ParsedResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What came back over a connection is not a sequence of complete HTTP responses. */
export class MalformedResponse extends Error {
  override readonly name = 'MalformedResponse';
}

/**
 * The responses in all bytes that came back over a connection. Strict: a status line and headers as RFC 9112 has them,
 * exactly one length, a whole body, and nothing behind the last response.
 *
 * @throws MalformedResponse
 */
export function parseResponses(bytes: Buffer, methods: readonly string[]): ParsedResponse[] {
  const responses: ParsedResponse[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw malformed('no end of the headers', rest);
    const { status, headers } = parseHead(rest.toString('latin1', 0, end));
    rest = rest.subarray(end + 4);
    if (status === 100) continue;
    const bodiless =
      methods[responses.length] === 'HEAD' || status === 204 || status === 304 || status < 200;
    const [body, next] = bodiless ? [Buffer.alloc(0), rest] : takeBody(headers, rest);
    if (body.length > 0) checkContent(headers.get('content-type') ?? '', body);
    responses.push({ status, headers, body });
    rest = next;
  }
  return responses;
}

function parseHead(head: string) {
  const [line = '', ...lines] = head.split('\r\n');
  const status = /^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]*$/.exec(line)?.[1];
  if (status === undefined) throw malformed('no status line', Buffer.from(line));
  const headers = new Map<string, string>();
  for (const each of lines) {
    const [, name = '', value = ''] =
      /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(each) ?? [];
    if (name === '') throw malformed('no header', Buffer.from(each));
    headers.set(name.toLowerCase(), value);
  }
  return { status: Number(status), headers };
}

function takeBody(headers: ReadonlyMap<string, string>, rest: Buffer): [Buffer, Buffer] {
  const length = headers.get('content-length');
  const chunked = headers.get('transfer-encoding') === 'chunked';
  if (length !== undefined && chunked) throw malformed('two lengths', rest);
  if (chunked) return takeChunks(rest);
  // Node writes neither in its own responses to broken requests, which end with the connection.
  if (length === undefined && headers.get('connection') === 'close')
    return [rest, rest.subarray(rest.length)];
  if (length === undefined || !/^\d+$/.test(length)) throw malformed('no length', rest);
  if (rest.length < Number(length)) throw malformed(`fewer than ${length} bytes`, rest);
  return [rest.subarray(0, Number(length)), rest.subarray(Number(length))];
}

function takeChunks(bytes: Buffer): [Buffer, Buffer] {
  const chunks: Buffer[] = [];
  for (let rest = bytes; ; ) {
    const end = rest.indexOf('\r\n');
    const size = /^[0-9a-f]+$/i.exec(rest.toString('latin1', 0, Math.max(0, end)))?.[0];
    if (size === undefined) throw malformed('no chunk size', rest);
    const start = end + 2;
    const stop = start + Number.parseInt(size, 16);
    if (rest.toString('latin1', stop, stop + 2) !== '\r\n')
      throw malformed('a cut-off chunk', rest);
    if (stop === start) return [Buffer.concat(chunks), rest.subarray(stop + 2)];
    chunks.push(rest.subarray(start, stop));
    rest = rest.subarray(stop + 2);
  }
}

function checkContent(type: string, body: Buffer): void {
  if (/json/.test(type)) {
    try {
      JSON.parse(body.toString());
    } catch {
      throw malformed('no JSON', body);
    }
  }
  if (/\bxml/.test(type) && XMLValidator.validate(body.toString()) !== true) {
    throw malformed('no XML', body);
  }
}

function malformed(what: string, bytes: Buffer): MalformedResponse {
  return new MalformedResponse(`${what}: ${JSON.stringify(bytes.toString('latin1', 0, 500))}`);
}
