import type { Context } from '../context.ts';
import { readRequest } from '../requests/read-request.ts';
import { describeTable, updateContinuousBackups } from '../requests/table-requests.ts';
import { AwsError } from '../shared.ts';
import type { TableDefinition } from '../tables/definition.ts';
import type { Table } from '../tables/table.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html */
const DEFAULT_RECOVERY_DAYS = 35;
const DAY_MS = 24 * 60 * 60 * 1000;

export function describeContinuousBackupsOperation(context: Context, body: unknown): object {
  const { TableName } = readRequest(describeTable, body);
  return description(context, named(context, TableName).definition);
}

/** Only the setting is kept: there are no backups to restore from. */
export function updateContinuousBackupsOperation(context: Context, body: unknown): object {
  const { TableName, PointInTimeRecoverySpecification: wanted } = readRequest(
    updateContinuousBackups,
    body,
  );
  const table = named(context, TableName);
  const { recovery, ...rest } = table.definition;
  const days = wanted.RecoveryPeriodInDays ?? recovery?.days ?? DEFAULT_RECOVERY_DAYS;
  const since = recovery?.since ?? context.clock.now();
  const next = wanted.PointInTimeRecoveryEnabled ? { ...rest, recovery: { days, since } } : rest;
  return description(context, context.catalog.update(table, next).definition);
}

function description(context: Context, { recovery }: TableDefinition): object {
  const now = context.clock.now();
  const PointInTimeRecoveryDescription =
    recovery === undefined
      ? { PointInTimeRecoveryStatus: 'DISABLED' }
      : {
          PointInTimeRecoveryStatus: 'ENABLED',
          RecoveryPeriodInDays: recovery.days,
          EarliestRestorableDateTime: Math.max(recovery.since, now - recovery.days * DAY_MS) / 1000,
          LatestRestorableDateTime: now / 1000,
        };
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription,
    },
  };
}

function named(context: Context, name: string): Table {
  const table = context.catalog.find(name);
  if (table === undefined) {
    throw new AwsError('TableNotFoundException', `Table not found: ${name}`);
  }
  return table;
}
