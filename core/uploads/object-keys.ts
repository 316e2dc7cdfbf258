import { isUploadId } from './upload-id.ts';

/** The prefix below which sources stand; the event rule and the signer's role name it. */
export const SOURCE_PREFIX = 'uploads/';
/** The prefix below which files posted by forms land; each is moved to its upload's source and deleted. */
export const FORM_PREFIX = 'forms/';
/** The prefix below which outputs stand. */
export const OUTPUT_PREFIX = 'videos/';

/**
 * The longest subject, in bytes of UTF-8. OpenID Connect Core 1.0, section 2, allows 255; other issuers are
 * given twice that. Encoded it stays far below S3's 1,024 bytes for a key.
 */
const MAX_SUBJECT_BYTES = 512;

/** The token's subject cannot name an owner. */
export class SubjectError extends Error {
  override readonly name = 'SubjectError';
}

/**
 * The subject's UTF-8 as base64url: letters, digits, `-` and `_` only, so that no character of a subject
 * (`auth0|17`, `../x`) means anything in a key.
 *
 * @throws SubjectError for an empty subject, one over 512 bytes, or one with a lone surrogate (two such
 * subjects would become one in UTF-8).
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

/** The subject again, or undefined if `owner` is not what `encodeOwner` writes. */
export function decodeOwner(owner: string): string | undefined {
  const subject = Buffer.from(owner, 'base64url').toString('utf8');
  if (subject.length === 0 || Buffer.byteLength(subject) > MAX_SUBJECT_BYTES) return undefined;
  return encodeOwner(subject) === owner ? subject : undefined;
}

/** `uploads/{owner}/{uploadId}/source` */
export function sourceKey(owner: string, uploadId: string): string {
  return `${SOURCE_PREFIX}${owner}/${uploadId}/source`;
}

/** Owner and upload of a source's key; undefined for any other key. */
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

/** Owner and upload of a key that a form was made for; undefined for any other key. */
export function parseFormKey(key: string): { owner: string; uploadId: string } | undefined {
  if (!key.startsWith(FORM_PREFIX)) return undefined;
  return parseSourceKey(SOURCE_PREFIX + key.slice(FORM_PREFIX.length));
}

/** `videos/{uploadId}/`: everything below it belongs to that one upload. */
export function outputPrefix(uploadId: string): string {
  return `${OUTPUT_PREFIX}${uploadId}/`;
}
