import { verifySignature } from '../../src/iam/sigv4.ts';
import { startChecksum } from '../../src/s3/checksum/algorithms.ts';
import { decodeAwsChunked } from '../../src/s3/http/aws-chunked.ts';
import { awsChunked } from './aws-chunked-body.ts';
import { bytes, type Harness, newBucket, responseOf, startS3 } from './harness.ts';

async function* pieces(data: Buffer, size: number) {
  for (let from = 0; from < data.length; from += size) yield data.subarray(from, from + size);
}

async function decoded(source: AsyncIterable<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The example of AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
describe('A signed chunked body', () => {
  const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const headers = {
    host: 's3.amazonaws.com',
    'x-amz-date': '20130524T000000Z',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': '66560',
    'content-length': '66824',
  };
  const seed = () =>
    verifySignature(
      { method: 'PUT', rawPath: '/examplebucket/chunkObject.txt', rawQuery: '', headers },
      {
        credentials: {
          find: (accessKeyId) => ({
            credentials: { accessKeyId, secretAccessKey: SECRET },
            caller: { kind: 'root' },
          }),
        },
        now: Date.parse('2013-05-24T00:00:00Z'),
        region: 'us-east-1',
        dialect: 's3',
      },
    );
  const chunk = (size: number, signature: string) =>
    `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}\r\n`;
  const body = [
    chunk(65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'),
    chunk(1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'),
    chunk(0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'),
  ].join('');
  const decode = (text: string, size: number) =>
    decoded(
      decodeAwsChunked(
        pieces(Buffer.from(text), size),
        { seed: seed(), trailer: false },
        new Map(),
      ),
    );

  it.each([1 << 20, 1000, 7])('of AWS is accepted, in pieces of %i bytes', async (size) => {
    expect((await decode(body, size)).equals(Buffer.alloc(66_560, 'a'))).toBe(true);
  });

  it('is refused if a byte was changed, removed or added', async () => {
    const code = (text: string) =>
      decode(text, 1 << 20).then(
        () => 'accepted',
        ({ code: name }) => name,
      );
    expect(await code(body.replace('aaaa\r\n400', 'aaab\r\n400'))).toBe('SignatureDoesNotMatch');
    expect(await code(body.slice(0, -100))).toBe('IncompleteBody');
    expect(await code(body.slice(0, 70_000 - 4000))).toBe('IncompleteBody');
    expect(await code(`${body}GET / HTTP/1.1\r\n\r\n`)).toBe('IncompleteBody');
  });
});

describe('An upload with a trailer', () => {
  let s3: Harness;
  let bucket: string;
  beforeAll(async () => {
    s3 = await startS3();
    bucket = await newBucket(s3.client);
  });
  afterAll(() => s3.stop());

  const crc32c = (data: Buffer) => {
    const sum = startChecksum('CRC32C');
    sum.update(data);
    return sum.digest();
  };

  /** A PUT with a signed trailer. `tamper` changes the body after it was signed. */
  function putWithTrailer(
    data: Buffer,
    trailer: string,
    tamper = (body: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> => body,
  ) {
    const target = `/${bucket}/streamed`;
    const { headers, body } = awsChunked({
      target,
      host: new URL(s3.endpoint).host,
      data,
      now: s3.clock.now(),
      signed: true,
      trailer: ['x-amz-checksum-crc32c', trailer],
    });
    return responseOf(
      fetch(`${s3.endpoint}${target}`, { method: 'PUT', headers, body: tamper(body) }),
    );
  }

  const data = bytes(40_000);

  it('gets its checksum from a signed trailer', async () => {
    const response = await putWithTrailer(data, crc32c(data));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-amz-checksum-crc32c')).toBe(crc32c(data));
  });

  it('is refused if the checksum is wrong', async () => {
    expect(await putWithTrailer(data, crc32c(bytes(8)))).toMatchObject({
      status: 400,
      code: 'BadDigest',
    });
  });

  it('gets a response before the end of a large invalid body', async () => {
    const large = bytes(8 * 1024 * 1024);
    const spoil = (body: Buffer<ArrayBuffer>) => body.fill('f', 30, 50);
    const refused = { status: 403, code: 'SignatureDoesNotMatch' };
    expect(await putWithTrailer(large, crc32c(large), spoil)).toMatchObject(refused);
    expect((await putWithTrailer(large, crc32c(large))).status).toBe(200);
  });

  it('is refused if the trailer was changed', async () => {
    const other = crc32c(bytes(8));
    const swap = (body: Buffer<ArrayBuffer>) =>
      Buffer.from(body.toString('latin1').replace(crc32c(data), other), 'latin1');
    expect(await putWithTrailer(data, crc32c(data), swap)).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
  });
});
