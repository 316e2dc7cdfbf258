import { randomUUID } from 'node:crypto';
import { temporaryFolder } from '../cloud/temporary-folder.ts';
import { apiClient, type GetToken } from './api-client.ts';
import { collectFindings } from './collect.ts';
import type { Deployment } from './deployment.ts';
import type { Limits } from './limits.ts';
import { judge, type ReportedRow } from './report.ts';
import { ROWS } from './rows.ts';
import { makeSamples } from './samples.ts';

export interface VerifyOptions {
  readonly deployment: Deployment;
  readonly getToken: GetToken;
  readonly limits: Limits;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Makes samples, walks every path of the deployment, and judges what was seen. */
export async function runVerify(options: VerifyOptions): Promise<ReportedRow[]> {
  const { deployment, getToken, limits, say, signal } = options;
  const folder = temporaryFolder('verify');
  try {
    const samples = await makeSamples(folder.path);
    const api = apiClient(deployment.api, getToken, signal);
    const findings = await collectFindings(
      { deployment, api, limits, signal },
      { samples, runId: randomUUID(), say },
    );
    return judge(ROWS, findings);
  } finally {
    folder.remove();
  }
}
