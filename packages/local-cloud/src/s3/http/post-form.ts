import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import busboy from 'busboy';
import { AwsError } from '../../shared/aws-error.ts';
import { s3Error } from '../errors.ts';
import { FormFields, MAX_FIELD_BYTES } from './form-fields.ts';
import type { RawRequest } from './request.ts';

/** A form of a browser: the fields before the file, and the file's bytes, which are not read yet. */
export interface PostForm {
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  readonly fileType: string | undefined;
  /** Ends with the whole form, and fails if the rest of the form cannot be read. */
  readonly file: Readable;
}

/**
 * Reads a form up to its file. The part with the name `file` is the file, whether or not it has a file name, since
 * some clients give every part a file name. S3 ignores fields behind the file.
 *
 * On an error the parser is detached from the request: the rest of the body can then be read and discarded, so that
 * the client gets the response.
 */
export function readPostForm({ message, wantBody }: RawRequest): Promise<PostForm> {
  return new Promise((resolve, reject) => {
    const parser = parserFor(message);
    if (!parser) {
      reject(s3Error('MalformedPOSTRequest'));
      return;
    }
    const fields = new FormFields();
    const file = new PassThrough();
    // Nobody may be reading when it fails.
    file.on('error', ignore);
    let found = false;
    let failed = false;
    const fail = (error: unknown) => {
      if (failed) return;
      failed = true;
      const reason = error instanceof AwsError ? error : s3Error('MalformedPOSTRequest');
      message.unpipe(parser);
      parser.destroy();
      file.destroy(reason);
      reject(reason);
    };
    const foundFile = (fileName: string, fileType: string | undefined) => {
      found = true;
      fields.complete().then((all) => resolve({ fields: all, fileName, fileType, file }), fail);
    };
    parser.on('field', (name: string | undefined, value, { valueTruncated }) => {
      if (found || failed || name === undefined) return;
      if (valueTruncated) return fail(s3Error('MaxPostPreDataLengthExceededError'));
      if (name.toLowerCase() === 'file') {
        file.write(value);
        foundFile('', undefined);
        return;
      }
      try {
        fields.add(name, value);
      } catch (error) {
        fail(error);
      }
    });
    parser.on('file', (name: string | undefined, stream, { filename, mimeType }) => {
      if (found || failed || name === undefined) {
        stream.on('error', ignore);
        stream.resume();
      } else if (name.toLowerCase() === 'file') {
        stream.on('error', fail);
        stream.pipe(file, { end: false });
        foundFile(filename ?? '', mimeType);
      } else {
        fields.addStream(name, stream, fail);
      }
    });
    parser.on('error', fail);
    parser.on('close', () => {
      if (found) file.end();
      else fail(fileMissing());
    });
    message.on('error', fail);
    message.on('aborted', () => fail(new Error('The client closed the connection.')));
    wantBody();
    message.pipe(parser);
  });
}

function ignore(): void {}

/** Undefined for a body that is not `multipart/form-data`. */
function parserFor(message: IncomingMessage): busboy.Busboy | undefined {
  // busboy also reads URL-encoded forms, which S3 refuses.
  if (!/^multipart\/form-data\b/i.test(message.headers['content-type'] ?? '')) return undefined;
  try {
    return busboy({
      headers: message.headers,
      // A file name may contain a path, which S3 removes from ${filename} by its own rule.
      preservePath: true,
      defParamCharset: 'utf8',
      limits: { fieldSize: MAX_FIELD_BYTES },
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
