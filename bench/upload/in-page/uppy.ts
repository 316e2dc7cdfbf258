/** What is used here of Uppy, of either major; the packages themselves are bundled apart. */
export interface UppyModule {
  readonly Uppy: new () => Uppy;
  readonly AwsS3: unknown;
}

interface Uppy {
  use(plugin: unknown, options: object): Uppy;
  addFile(file: { name: string; type: string; data: Blob }): string;
  upload(): Promise<{
    readonly successful?: readonly unknown[];
    readonly failed?: readonly { readonly error?: unknown }[];
  }>;
  destroy(): void;
}

/** A part as Uppy has it. */
export interface UppyPart {
  readonly PartNumber: number;
  readonly ETag: string;
}

/** Uploads one file with a fresh Uppy. @throws Error where Uppy gave up */
export async function runUppy(
  { Uppy, AwsS3 }: UppyModule,
  file: File,
  options: object,
): Promise<void> {
  const uppy = new Uppy().use(AwsS3, options);
  uppy.addFile({ name: file.name, type: 'video/mp4', data: file });
  const result = await uppy.upload();
  uppy.destroy();
  if (result.successful?.length === 1) return;
  throw new Error(`Uppy gave up: ${result.failed?.map(({ error }) => error).join()}`);
}

export function loadUppy(url: string): Promise<UppyModule> {
  return import(url) as Promise<UppyModule>;
}
