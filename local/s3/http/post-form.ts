import { PassThrough, type Readable } from 'node:stream';
import busboy from 'busboy';
import { s3Error } from '../errors.ts';
import type { RawRequest } from './request.ts';

/** A browser's form: its fields up to the file, and the file's bytes, still to be read. */
export interface PostForm {
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  readonly fileType: string | undefined;
  readonly file: Readable;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html */
const LARGEST_FIELDS = 20 * 1024;
/** Policies of thousands of conditions are longer than S3 takes; this only bounds memory. */
const LARGEST_FIELD = 1024 * 1024;

/** Reads a form up to its file. Fields behind the file are ignored, as S3 does. */
export function readPostForm({ message, wantBody }: RawRequest): Promise<PostForm> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let size = 0;
    let parser: busboy.Busboy;
    try {
      parser = busboy({
        headers: message.headers,
        // A file name may hold a path, which ${filename} leaves out by S3's own rule.
        preservePath: true,
        defParamCharset: 'utf8',
        limits: { fieldSize: LARGEST_FIELD, files: 1 },
      });
    } catch {
      reject(s3Error('MalformedPOSTRequest'));
      return;
    }
    let file: PassThrough | undefined;
    parser.on('field', (name, value) => {
      size += name.length + (name.toLowerCase() === 'policy' ? 0 : value.length);
      if (!file) fields.set(name.toLowerCase(), value);
      // A file part without a file name is the file all the same.
      if (!file && name.toLowerCase() === 'file') {
        fields.delete('file');
        file = new PassThrough();
        file.end(value);
        resolve({ fields, fileName: '', fileType: undefined, file });
      }
    });
    parser.on('file', (name, stream, { filename, mimeType }) => {
      if (name.toLowerCase() !== 'file' || file) {
        stream.resume();
        return;
      }
      file = new PassThrough();
      stream.pipe(file);
      resolve({ fields, fileName: filename ?? '', fileType: mimeType, file });
    });
    const fail = (error: unknown) => {
      const known = error instanceof Error && error.name === 'AwsError';
      const reason = known ? error : s3Error('MalformedPOSTRequest');
      file?.destroy(reason);
      reject(reason);
    };
    parser.on('error', fail);
    parser.on('close', () => {
      if (size > LARGEST_FIELDS) fail(s3Error('MaxMessageLengthExceeded'));
      if (!file) {
        fail(
          s3Error('InvalidArgument', {
            message: 'POST requires exactly one file upload per request.',
            ArgumentName: 'file',
            ArgumentValue: '0',
          }),
        );
      }
    });
    message.on('error', fail);
    message.on('aborted', () => fail(new Error('The client went away.')));
    wantBody();
    message.pipe(parser);
  });
}
