import { open } from 'node:fs/promises';
import { expandGrant } from '../../../../core/contract/expand-grant.ts';
import { begin, complete } from '../../cloud/uploads.ts';
import { inParallel } from '../../s3/parallel.ts';
import { connections, put } from '../../s3/plain-http.ts';
import { serve } from './serve.ts';

const AT_ONCE = 4;

/** The limit: each part is read into memory and sent, without checksum, progress or retry. */
serve(async (path, caller) => {
  const file = await open(path);
  const { size } = await file.stat();
  const begun = await begin(caller, size);
  const agent = connections(AT_ONCE);
  const free = Array.from({ length: AT_ONCE }, () => new Uint8Array(begun.partSize));
  const urls = expandGrant(begun.grant, { size, partSize: begun.partSize });
  const parts = await inParallel(urls, AT_ONCE, async (part) => {
    const buffer = free.pop() ?? new Uint8Array(begun.partSize);
    await file.read(buffer, 0, part.size, part.offset);
    const etag = await put(agent, part.url, buffer.subarray(0, part.size));
    free.push(buffer);
    return { partNumber: part.partNumber, etag };
  });
  await complete(caller, begun.id, parts);
  agent.destroy();
  await file.close();
  return begun.id;
});
