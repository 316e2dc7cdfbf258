import type { HostedCloud } from '../../../test/kit/hosted-cloud.ts';
import { invocations } from '../cloud/bench-cloud.ts';
import { begin } from '../cloud/uploads.ts';

export interface ResponseCost {
  readonly parts: number;
  /** Bytes of the response body. */
  readonly bytes: number;
  /** Duration in the function's REPORT line. */
  readonly handlerMs: number;
  /** From the request to the last byte of the response, with API Gateway and the check of the token. */
  readonly wholeMs: number;
}

/** Measures `POST /v1/uploads` for a file of this size on the deployed templates. */
export async function measureResponse(cloud: HostedCloud, size: number): Promise<ResponseCost> {
  const caller = { api: cloud.hosted.api, token: await cloud.tokenOf('uploader-a') };
  const before = reports(cloud).length;
  const began = performance.now();
  const { responseBytes, grant } = await begin(caller, size);
  const wholeMs = performance.now() - began;
  const report = (await reportsAfter(cloud, before)).at(-1);
  return {
    parts: grant.signatures.length,
    bytes: responseBytes,
    handlerMs: report?.durationMs ?? Number.NaN,
    wholeMs,
  };
}

function reports(cloud: HostedCloud) {
  return invocations(cloud).filter((each) => each.function === 'create-upload');
}

/** The REPORT line is written right after the response, so it may not be there yet. */
async function reportsAfter(cloud: HostedCloud, before: number) {
  for (;;) {
    const now = reports(cloud);
    if (now.length > before) return now;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
