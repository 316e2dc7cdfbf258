/** The part of Uppy's API that is used, the same in both major versions; the packages are bundled separately. */
export interface UppyModule {
  readonly Uppy: new () => Uppy;
  readonly AwsS3: unknown;
}

interface Uppy {
  use(plugin: unknown, options: object): Uppy;
  addFile(file: { name: string; type: string; data: Blob; meta: object }): string;
  upload(): Promise<{
    readonly successful?: readonly { readonly uploadURL?: string }[];
    readonly failed?: readonly { readonly error?: unknown }[];
  }>;
  destroy(): void;
}

/** A part in Uppy's API. */
export interface UppyPart {
  readonly PartNumber: number;
  readonly ETag: string;
}

const UPLOAD_ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/;

/**
 * Uploads one file with a fresh Uppy.
 *
 * @param partSize bytes; must be what reelgate expects
 * @returns the API's upload id, if Uppy received one
 * @throws Error if Uppy gave up
 */
export async function runUppy(
  { Uppy, AwsS3 }: UppyModule,
  file: File,
  partSize: number,
  options: object,
): Promise<string | undefined> {
  const uppy = new Uppy().use(AwsS3, {
    shouldUseMultipart: true,
    getChunkSize: () => partSize,
    ...options,
  });
  const meta = { size: file.size, partSize };
  uppy.addFile({ name: file.name, type: 'video/mp4', data: file, meta });
  const { successful = [], failed = [] } = await uppy.upload();
  uppy.destroy();
  const [sent] = successful;
  if (!sent) throw new Error(`Uppy gave up: ${failed.map(({ error }) => error).join()}`);
  return UPLOAD_ID.exec(sent.uploadURL ?? '')?.[0];
}

export function loadUppy(url: string): Promise<UppyModule> {
  return import(url) as Promise<UppyModule>;
}
