import type { HostedCloud } from '../../../test/kit/hosted-cloud.ts';
import { invocations } from '../cloud/bench-cloud.ts';
import { begin } from '../cloud/uploads.ts';

export interface AnswerCost {
  readonly parts: number;
  /** Bytes of the answer's body. */
  readonly bytes: number;
  /** The function's own duration, as its REPORT line has it. */
  readonly handlerMs: number;
  /** From the request to the last byte of the answer, with API Gateway and token check. */
  readonly wholeMs: number;
}

/** `POST /v1/uploads` for a file of that size on the deployed templates. */
export async function measureResponse(cloud: HostedCloud, size: number): Promise<AnswerCost> {
  const caller = { api: cloud.hosted.api, token: await cloud.tokenOf('uploader-a') };
  const before = reports(cloud).length;
  const began = performance.now();
  const { answerBytes, grant } = await begin(caller, size);
  const wholeMs = performance.now() - began;
  const report = (await reportsPast(cloud, before)).at(-1);
  return {
    parts: grant.signatures.length,
    bytes: answerBytes,
    handlerMs: report?.durationMs ?? Number.NaN,
    wholeMs,
  };
}

function reports(cloud: HostedCloud) {
  return invocations(cloud).filter((each) => each.function === 'create-upload');
}

/** The line is written right after the answer; a look too early sees the one before. */
async function reportsPast(cloud: HostedCloud, before: number) {
  for (;;) {
    const now = reports(cloud);
    if (now.length > before) return now;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
