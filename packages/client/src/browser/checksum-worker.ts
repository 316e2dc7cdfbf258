import { fromBase64 } from '../crc64/base64.ts';
import { makeTables } from '../crc64/tables.ts';
import { CRC64_WASM } from '../crc64/wasm-bytes.ts';

/**
 * The worker's program: the loop of `crc64.ts` around the reading of a Blob, written short. A stream is read two to
 * three times as fast as slices, and even faster into a reused buffer, which not every browser supports. It is text, so
 * that a bundler neither looks for a separate file nor adds anything to it.
 */
const PROGRAM = `let k;onmessage=async({data:{id,blob,wasm,tables}})=>{try{
if(wasm){k=new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;new Int32Array(k.m.buffer).set(tables)}
let crc=-1n,s=blob.stream(),v=new Uint8Array(131072),r,b;
try{r=s.getReader({mode:'byob'})}catch{r=s.getReader()}
while((b=(await r.read(v)).value)?.length){for(let i=0;i<b.length;i+=131072){let p=b.subarray(i,i+131072);
new Uint8Array(k.m.buffer).set(p,16384);crc=k.u(crc,16384,p.length)}v=new Uint8Array(b.buffer)}
postMessage({id,crc:BigInt.asUintN(64,~crc)})}catch(error){postMessage({id,error:k&&String(error)})}}`;

interface ChecksumMessage {
  readonly id: number;
  readonly crc?: bigint;
  /** Why the Blob cannot be read; absent if the worker itself does not work. */
  readonly error?: string;
}

interface PendingChecksum {
  resolve(crc: bigint | undefined): void;
  reject(error: Error): void;
}

/**
 * Computes checksums in a worker, so that the page stays responsive. A Content-Security-Policy without
 * `worker-src blob:` or `'wasm-unsafe-eval'` forbids the worker.
 */
export interface ChecksumWorker {
  /** The Blob's CRC64NVME; undefined if there is no worker. @throws Error if the Blob cannot be read */
  checksum(blob: Blob): Promise<bigint | undefined>;
  /** Ends the worker. Nobody needs the checksums that are still pending. */
  close(): void;
}

export function checksumWorker(): ChecksumWorker {
  let worker: Worker | undefined;
  let lastId = 0;
  const pending = new Map<number, PendingChecksum>();
  const close = () => worker?.terminate();
  const disable = () => {
    close();
    worker = undefined;
    for (const { resolve } of pending.values()) resolve(undefined);
    pending.clear();
  };
  const url = URL.createObjectURL(new Blob([PROGRAM], { type: 'text/javascript' }));
  try {
    worker = new Worker(url);
    worker.onerror = disable;
    worker.onmessage = ({ data: { id, crc, error } }: MessageEvent<ChecksumMessage>) => {
      const request = pending.get(id);
      pending.delete(id);
      if (error) request?.reject(new Error(error));
      else if (crc === undefined) disable();
      request?.resolve(crc);
    };
  } catch {
    // The page computes checksums itself then.
  }
  URL.revokeObjectURL(url);
  return {
    checksum: (blob) =>
      new Promise((resolve, reject) => {
        if (!worker) return resolve(undefined);
        const id = ++lastId;
        pending.set(id, { resolve, reject });
        worker.postMessage({
          id,
          blob,
          ...(id === 1 && { wasm: fromBase64(CRC64_WASM), tables: makeTables(8) }),
        });
      }),
    close,
  };
}
