import { fromBase64 } from '../crc64/base64.ts';
import { KERNEL } from '../crc64/kernel-bytes.ts';
import { makeTables } from '../crc64/tables.ts';

/**
 * What the worker runs. It is the loop of `crc64.ts` with the reading of a Blob around it, written short. A stream
 * is read two to three times as fast as slices, and faster yet into the same bytes, which not every browser does. As
 * text, since a bundler must neither look for a file beside this one nor add anything to it.
 */
const PROGRAM = `let k;onmessage=async({data:{id,blob,wasm,tables}})=>{try{
if(wasm){k=new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;new Int32Array(k.m.buffer).set(tables)}
let crc=-1n,s=blob.stream(),v=new Uint8Array(131072),r,b;
try{r=s.getReader({mode:'byob'})}catch{r=s.getReader()}
while((b=(await r.read(v)).value)?.length){for(let i=0;i<b.length;i+=131072){let p=b.subarray(i,i+131072);
new Uint8Array(k.m.buffer).set(p,32768);crc=k.u(crc,32768,p.length)}v=new Uint8Array(b.buffer)}
postMessage({id,crc:BigInt.asUintN(64,~crc)})}catch(error){postMessage({id,error:k&&String(error)})}}`;

interface Sum {
  readonly id: number;
  readonly crc?: bigint;
  /** Why the Blob cannot be read; absent where this worker cannot sum. */
  readonly error?: string;
}

interface Waiting {
  resolve(crc: bigint | undefined): void;
  reject(error: Error): void;
}

/**
 * Sums Blobs up in a worker, so that the page does not stutter. There may be none: a Content-Security-Policy
 * without `worker-src blob:` or `'wasm-unsafe-eval'` forbids it.
 */
export class ChecksumWorker {
  #worker: Worker | undefined;
  #asked = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor() {
    const url = URL.createObjectURL(new Blob([PROGRAM], { type: 'text/javascript' }));
    try {
      this.#worker = new Worker(url);
      this.#worker.onerror = () => this.#giveUp();
      this.#worker.onmessage = ({ data }: MessageEvent<Sum>) => this.#answered(data);
    } catch {
      // Then it is summed up by the page itself.
    }
    URL.revokeObjectURL(url);
  }

  /** The Blob's CRC64NVME; undefined where there is no worker. @throws Error where the Blob cannot be read */
  async sum(blob: Blob): Promise<bigint | undefined> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      if (!this.#worker) return resolve(undefined);
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({
        id,
        blob,
        ...(id === 1 && { wasm: fromBase64(KERNEL), tables: makeTables(16) }),
      });
    });
  }

  /** What is still being summed up is of no use to anybody. */
  close(): void {
    this.#worker?.terminate();
  }

  #giveUp(): void {
    this.close();
    this.#worker = undefined;
    for (const { resolve } of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }

  #answered({ id, crc, error }: Sum): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(error));
    else if (crc === undefined) this.#giveUp();
    waiting?.resolve(crc);
  }
}
