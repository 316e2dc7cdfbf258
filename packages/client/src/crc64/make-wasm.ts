import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import openWabt from 'wabt';

/** The text of `wasm-bytes.ts`, compiled from `crc64.wat`. */
export async function wasmBytesModule(): Promise<string> {
  const path = join(import.meta.dirname, 'crc64.wat');
  const wabt = await openWabt();
  const module = wabt.parseWat(path, await readFile(path, 'utf8'));
  const { buffer } = module.toBinary({});
  module.destroy();
  return `// Made from crc64.wat by make-wasm.ts: \`node packages/client/src/crc64/make-wasm.ts\`.
/** The compiled crc64.wat, base64. */
export const CRC64_WASM =
  '${Buffer.from(buffer).toString('base64')}';
`;
}

if (import.meta.main) {
  await writeFile(join(import.meta.dirname, 'wasm-bytes.ts'), await wasmBytesModule());
}
