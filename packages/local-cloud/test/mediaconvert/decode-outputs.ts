// Run in a separate process: node decode-outputs.ts, with `{name: {kind, bytes: [base64…]}}` on standard
// input. It prints `{name: description of the decoded media}`.
import { decodePicture, decodeSound, decodeStill } from '../../src/testing/decode-check.ts';

interface Item {
  readonly kind: 'picture' | 'sound' | 'still';
  readonly files: readonly string[];
}

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const items: Record<string, Item> = JSON.parse(Buffer.concat(chunks).toString());
const results: Record<string, unknown> = {};
for (const [name, { kind, files }] of Object.entries(items)) {
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = files.map((file) =>
    Buffer.from(file, 'base64'),
  );
  if (kind === 'picture') results[name] = await decodePicture(first, second);
  else if (kind === 'sound') results[name] = await decodeSound(first, second);
  else results[name] = await decodeStill(first);
}
process.stdout.write(JSON.stringify(results), () => process.exit(0));
