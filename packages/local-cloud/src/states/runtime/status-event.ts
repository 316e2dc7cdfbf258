import { createHash } from 'node:crypto';
import { ACCOUNT_ID, REGION } from '../../shared/account.ts';
import type { CloudEvent } from '../../shared/events.ts';
import type { ExecutionRow } from './rows.ts';

/**
 * `Step Functions Execution Status Change`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function statusEvent(row: ExecutionRow, at: number): CloudEvent {
  const included = { included: true };
  return {
    version: '0',
    // The same change always has the same id, also after a restart.
    id: uuidOf(`${row.arn}:${row.status}:${row.redrives}`),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: ACCOUNT_ID,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: [row.arn],
    detail: {
      executionArn: row.arn,
      stateMachineArn: row.machine_arn,
      name: row.name,
      status: row.status,
      startDate: row.started_at,
      stopDate: row.stopped_at,
      input: row.input,
      output: row.output,
      inputDetails: included,
      outputDetails: row.output === null ? null : included,
      error: row.error,
      cause: row.cause,
      redriveCount: row.redrives,
      redriveDate: row.redriven_at,
    },
  };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
