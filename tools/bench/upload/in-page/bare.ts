import { inParallel } from '../../s3/parallel.ts';
import type { Send } from '../order.ts';
import { granted } from './grants.ts';

/** The number of connections that a browser opens to one host under HTTP/1.1. */
const AT_ONCE = 6;

/** The limit: slices of the file by fetch, without checksum, progress or stored state; failed parts are sent again at once. */
export const sendBare: Send<File> = async (file, order) => {
  const upload = await granted(order, file.size);
  const sent = await inParallel(upload.parts, AT_ONCE, async (part) => {
    const body = file.slice(part.offset, part.offset + part.size);
    for (;;) {
      const response = await fetch(part.url, { method: 'PUT', body });
      const etag = response.headers.get('etag');
      if (response.ok && etag) return { partNumber: part.partNumber, etag };
      if (response.status < 500) throw new Error(`Part ${part.partNumber}: ${response.status}`);
    }
  });
  await upload.complete(sent);
  return upload.id;
};
