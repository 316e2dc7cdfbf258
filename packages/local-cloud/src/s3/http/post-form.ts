import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import busboy from 'busboy';
import { AwsError } from '../../shared/aws-error.ts';
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
const MAX_FIELDS = 20 * 1024;
/** Policies of thousands of conditions are longer than S3 takes; this only bounds memory. */
const MAX_FIELD = 1024 * 1024;

/**
 * Reads a form up to its file. A part is the file by its name `file` alone: some clients give every field a file
 * name. Fields behind the file are ignored, as S3 does.
 */
export function readPostForm({ message, wantBody }: RawRequest): Promise<PostForm> {
  return new Promise((resolve, reject) => {
    const fields = new FormFields();
    const file = new PassThrough();
    let found = false;
    const fail = (error: unknown) => {
      const known = error instanceof AwsError;
      const reason = known ? error : s3Error('MalformedPOSTRequest');
      file.destroy(reason);
      reject(reason);
    };
    const resolveFile = (fileName: string, fileType: string | undefined) => {
      found = true;
      fields.complete().then((all) => resolve({ fields: all, fileName, fileType, file }), fail);
    };
    const parser = parserFor(message);
    if (!parser) {
      reject(s3Error('MalformedPOSTRequest'));
      return;
    }
    parser.on('field', (name, value) => {
      if (found) return;
      if (name.toLowerCase() !== 'file') {
        fields.add(name, value);
        return;
      }
      file.end(value);
      resolveFile('', undefined);
    });
    parser.on('file', (name, stream, { filename, mimeType }) => {
      if (found) {
        stream.resume();
      } else if (name.toLowerCase() === 'file') {
        stream.on('error', fail);
        stream.pipe(file);
        resolveFile(filename ?? '', mimeType);
      } else {
        fields.addStream(name, stream);
      }
    });
    parser.on('error', fail);
    parser.on('close', () => {
      if (!found) fail(fileMissing());
    });
    message.on('error', fail);
    message.on('aborted', () => fail(new Error('The client went away.')));
    wantBody();
    message.pipe(parser);
  });
}

function parserFor(message: IncomingMessage): busboy.Busboy | undefined {
  try {
    return busboy({
      headers: message.headers,
      // A file name may hold a path, which ${filename} leaves out by S3's own rule.
      preservePath: true,
      defParamCharset: 'utf8',
      limits: { fieldSize: MAX_FIELD },
    });
  } catch {
    return undefined;
  }
}

function fileMissing(): Error {
  return s3Error('InvalidArgument', {
    message: 'POST requires exactly one file upload per request.',
    ArgumentName: 'file',
    ArgumentValue: '0',
  });
}

class FormFields {
  readonly #fields = new Map<string, string>();
  readonly #pending: Promise<void>[] = [];
  #size = 0;

  add(name: string, value: string): void {
    const lower = name.toLowerCase();
    // The policy may be long; S3 counts the other fields.
    if (lower !== 'policy') this.#size += name.length + value.length;
    this.#fields.set(lower, value);
  }

  addStream(name: string, stream: Readable): void {
    const read = async () => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of stream) {
        size += (chunk as Buffer).length;
        if (size > MAX_FIELD) throw s3Error('MaxMessageLengthExceeded');
        chunks.push(chunk as Buffer);
      }
      this.add(name, Buffer.concat(chunks).toString());
    };
    const reading = read();
    // Looked at when the form is complete; until then it must not count as unhandled.
    reading.catch(() => undefined);
    this.#pending.push(reading);
  }

  async complete(): Promise<ReadonlyMap<string, string>> {
    await Promise.all(this.#pending);
    if (this.#size > MAX_FIELDS) throw s3Error('MaxMessageLengthExceeded');
    return this.#fields;
  }
}
