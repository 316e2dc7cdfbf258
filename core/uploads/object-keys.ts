import { isUploadId } from '../contract/upload-id.ts';

/** The prefix of all sources. The event rule and the role of the signer depend on it. */
export const SOURCE_PREFIX = 'uploads/';
/** The prefix of files posted by forms. Each is copied to the source of its upload and then deleted. */
export const FORM_PREFIX = 'forms/';
/** The prefix of all outputs. */
export const OUTPUT_PREFIX = 'videos/';

/**
 * The longest subject, in bytes of UTF-8. OpenID Connect Core 1.0, section 2, allows 255 characters; twice that leaves
 * room for other issuers. Encoded it is far below the 1,024 bytes of an S3 key.
 */
const MAX_SUBJECT_BYTES = 512;

/** The subject of the token cannot identify an owner. */
export class SubjectError extends Error {
  override readonly name = 'SubjectError';
}

/**
 * Encodes the UTF-8 of a subject as base64url: only letters, digits, `-` and `_`, so that no character of a subject
 * (`auth0|17`, `../x`) has a meaning in a key.
 *
 * @throws SubjectError if the subject is empty, longer than 512 bytes, or has a lone surrogate (in UTF-8, all lone
 * surrogates are the same)
 */
export function encodeOwner(subject: string): string {
  if (!subject.isWellFormed()) {
    throw new SubjectError('The subject must be well-formed Unicode; it has a lone surrogate.');
  }
  const bytes = Buffer.from(subject, 'utf8');
  if (bytes.length === 0 || bytes.length > MAX_SUBJECT_BYTES) {
    throw new SubjectError(
      `The subject must be 1 to ${MAX_SUBJECT_BYTES} bytes of UTF-8; it has ${bytes.length}.`,
    );
  }
  return bytes.toString('base64url');
}

/** Decodes a subject; undefined if `owner` is not a result of `encodeOwner`. */
export function decodeOwner(owner: string): string | undefined {
  const subject = Buffer.from(owner, 'base64url').toString('utf8');
  if (subject.length === 0 || Buffer.byteLength(subject) > MAX_SUBJECT_BYTES) return undefined;
  return encodeOwner(subject) === owner ? subject : undefined;
}

/** `uploads/{owner}/{uploadId}/source` */
export function sourceKey(owner: string, uploadId: string): string {
  return `${SOURCE_PREFIX}${owner}/${uploadId}/source`;
}

/** The owner and the upload of a source key; undefined for any other key. */
export function parseSourceKey(key: string): { owner: string; uploadId: string } | undefined {
  const [, owner, uploadId] = /^uploads\/([\w-]+)\/([0-9a-f-]{36})\/source$/.exec(key) ?? [];
  if (owner === undefined || uploadId === undefined) return undefined;
  if (decodeOwner(owner) === undefined || !isUploadId(uploadId)) return undefined;
  return { owner, uploadId };
}

/** `forms/{owner}/{uploadId}/source` */
export function formKey(owner: string, uploadId: string): string {
  return `${FORM_PREFIX}${owner}/${uploadId}/source`;
}

/** The owner and the upload of a form key; undefined for any other key. */
export function parseFormKey(key: string): { owner: string; uploadId: string } | undefined {
  if (!key.startsWith(FORM_PREFIX)) return undefined;
  return parseSourceKey(SOURCE_PREFIX + key.slice(FORM_PREFIX.length));
}

/** `videos/{uploadId}/`: everything below it belongs to this upload. */
export function outputPrefix(uploadId: string): string {
  return `${OUTPUT_PREFIX}${uploadId}/`;
}
