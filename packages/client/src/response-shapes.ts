import type {
  CreateUploadResponse,
  ListPartsResponse,
  ListUploadsResponse,
  Problem,
  Upload,
  UploadResponse,
} from '../../../core/contract/wire.ts';

/** The members of `Body` that must be there, each with any value of its type. */
type Example<Body> = Body extends readonly (infer Element)[]
  ? readonly [Example<Element>]
  : Body extends object
    ? { readonly [Name in keyof Body]?: Example<Body[Name]> }
    : Body;

/** A response's expected members. `Body` is the type of a value that has them. */
export type Shape<Body> = Example<Body>;

/**
 * Whether `value` has every member of `example` with the same type. An array is compared element by element with
 * the example's only element. Members that the example does not name are not looked at.
 */
export function hasShape<Body>(value: unknown, example: Shape<Body>): value is Body {
  return matches(value, example);
}

function matches(value: unknown, example: unknown): boolean {
  if (Array.isArray(example)) {
    return Array.isArray(value) && value.every((element) => matches(element, example[0]));
  }
  if (typeof example !== 'object') return typeof value === typeof example;
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(example as object).every(([name, member]) =>
      matches((value as Record<string, unknown>)[name], member),
    )
  );
}

const uploadShape: Shape<Upload> = {
  id: '',
  status: 'waiting',
  size: 0,
  parts: { size: 0, count: 0 },
  progress: { percent: 0 },
};

export const uploadResponseShape: Shape<UploadResponse> = { upload: uploadShape };
export const grantResponseShape: Shape<Pick<CreateUploadResponse, 'grant'>> = {
  grant: { urlTemplate: '', partNumbers: [0], signatures: [''] },
};
export const createdResponseShape: Shape<CreateUploadResponse> = {
  ...uploadResponseShape,
  ...grantResponseShape,
};
export const uploadListShape: Shape<ListUploadsResponse> = { uploads: [uploadShape] };
export const partListShape: Shape<ListPartsResponse> = {
  parts: [{ partNumber: 0, size: 0, etag: '' }],
};
export const problemShape: Shape<Problem> = {
  title: '',
  code: '',
  next: '',
  retryable: false,
};
