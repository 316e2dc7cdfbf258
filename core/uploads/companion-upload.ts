import type { CompanionCreate, CompanionParams } from '../contract/companion.ts';
import { metadataSchema } from '../contract/metadata.ts';
import type { FieldProblem } from '../contract/problem.ts';
import type { CreateUploadRequest } from '../contract/wire.ts';
import {
  MAX_OBJECT_BYTES,
  MAX_PART_BYTES,
  MAX_PARTS,
  MIN_PART_BYTES,
  type PartPlan,
} from '../grants/part-plan.ts';
import { REFUSED_NAME } from '../validation/refused-names.ts';

/** Meta fields with a meaning for reelgate. All others become metadata of the upload. */
const RESERVED = new Set(['name', 'type', 'size', 'partSize']);

export type CompanionUpload =
  | {
      readonly request: CreateUploadRequest;
      /** How Uppy divides the file. */
      readonly plan: PartPlan;
    }
  | { readonly problems: readonly (FieldProblem & { readonly code: 'invalid_request' })[] };

/**
 * Converts a request of Uppy into a request of this API. Uppy sends the size of a file only if the app sets it as a
 * meta field. A request without it is refused, because quota, part plan and signed length depend on it.
 *
 * @param method Uppy uses a form for files below the app's `shouldUseMultipart`, and parts above it
 */
export function companionUpload(
  { filename, type, metadata }: CompanionCreate,
  method: 'multipart' | 'post',
): CompanionUpload {
  const size = wholeNumber(metadata.size);
  if (size === undefined || size > MAX_OBJECT_BYTES) return refused('size', SIZE_MISSING);
  const plan = uppyPlan(size, metadata.partSize);
  if (plan === undefined) return refused('partSize', PART_SIZE_WRONG);
  const notes: Record<string, string> = {};
  for (const [name, value] of Object.entries(metadata)) {
    if (RESERVED.has(name) || value === null) continue;
    if (name === REFUSED_NAME) return refused(name, 'is not allowed as the name of a field');
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      return refused(
        name,
        'must be a string, number or boolean; remove it from allowedMetaFields otherwise',
      );
    }
    notes[name] = String(value);
  }
  const checked = metadataSchema.safeParse(notes);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    return refused(issue?.path[0], issue?.message ?? 'is not valid');
  }
  return {
    request: { fileName: filename, contentType: type, size, metadata: checked.data, method },
    plan,
  };
}

/** The same request from a query string, in which the meta fields are named `metadata[name]`. */
export function fromParams({ filename, type, ...rest }: CompanionParams): CompanionCreate {
  const metadata = Object.entries(rest).flatMap(([name, value]) => {
    const [, field] = /^metadata\[(.*)\]$/s.exec(name) ?? [];
    return field === undefined ? [] : [[field, value] as const];
  });
  return { filename, type, metadata: Object.fromEntries(metadata) };
}

const SIZE_MISSING =
  'must be the file’s size in bytes. Uppy sends it only as a meta field: uppy.on("file-added", (file) => uppy.setFileMeta(file.id, { size: file.size })), and either keep the default of allowedMetaFields or include size';

const PART_SIZE_WRONG = `must be ${MIN_PART_BYTES} to ${MAX_PART_BYTES} bytes and result in at most ${MAX_PARTS} parts: send the value that getChunkSize returns`;

/**
 * How Uppy divides a file: `MultipartUploader` of 5.1 and `S3Uploader` of 6 use 1/10,000 of the file, and at least
 * 5 MiB. An app that sets `getChunkSize` sends its value as the meta field `partSize`.
 */
function uppyPlan(size: number, given: unknown): PartPlan | undefined {
  const usual = Math.max(Math.ceil(size / MAX_PARTS), MIN_PART_BYTES);
  const partSize = given === undefined || given === null ? usual : wholeNumber(given);
  if (partSize === undefined) return undefined;
  if (partSize < MIN_PART_BYTES || partSize > MAX_PART_BYTES) return undefined;
  const partCount = Math.max(1, Math.ceil(size / partSize));
  return partCount > MAX_PARTS ? undefined : { size, partSize, partCount };
}

/** Uppy 5 sends numbers as strings. */
function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && Number(number) >= 0 ? Number(number) : undefined;
}

/** @param field undefined for a problem of the metadata as a whole */
function refused(field: PropertyKey | undefined, detail: string): CompanionUpload {
  const escaped = String(field).replaceAll('~', '~0').replaceAll('/', '~1');
  const pointer = field === undefined ? '/metadata' : `/metadata/${escaped}`;
  return { problems: [{ pointer, code: 'invalid_request', detail }] };
}
