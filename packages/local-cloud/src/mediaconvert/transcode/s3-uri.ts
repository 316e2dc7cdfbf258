export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

/** Splits `s3://bucket/key`; undefined for another form. The key may be empty. */
export function parseS3Uri(uri: string): S3Location | undefined {
  const match = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri);
  const [, bucket, key] = match ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

export function s3Uri({ bucket, key }: S3Location): string {
  return `s3://${bucket}/${key}`;
}

/**
 * The start of output names in a destination. Like in MediaConvert, a destination that ends with a slash is
 * followed by the input's file name without its extension.
 */
export function outputBase(destination: string, fileInput: string): S3Location {
  const to = parseS3Uri(destination) ?? { bucket: '', key: '' };
  if (to.key !== '' && !to.key.endsWith('/')) return to;
  const name = fileInput.slice(fileInput.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return { bucket: to.bucket, key: to.key + (dot > 0 ? name.slice(0, dot) : name) };
}
