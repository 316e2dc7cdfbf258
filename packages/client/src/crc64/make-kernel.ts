import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import openWabt from 'wabt';

/** The text of `kernel-bytes.ts` as it follows from `kernel.wat`. */
export async function kernelModule(): Promise<string> {
  const path = join(import.meta.dirname, 'kernel.wat');
  const wabt = await openWabt();
  const module = wabt.parseWat(path, await readFile(path, 'utf8'));
  const { buffer } = module.toBinary({});
  module.destroy();
  return `// Made from kernel.wat by make-kernel.ts: \`node packages/client/src/crc64/make-kernel.ts\`.
/** WebAssembly, base64. */
export const KERNEL =
  '${Buffer.from(buffer).toString('base64')}';
`;
}

if (import.meta.main) {
  await writeFile(join(import.meta.dirname, 'kernel-bytes.ts'), await kernelModule());
}
