import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { parseIntakeItem } from '../../../core/uploads/parse-records.ts';
import { INTAKE_CACHE_SECONDS, INTAKE_KEY } from '../../../core/uploads/records.ts';
import type { Intake } from '../../ports/uploads.ts';
import type { Table } from './table.ts';

/** The switch of the operator, read at most once in some seconds. A failure is not remembered. */
export function intakeOf(table: Table): Intake {
  let seen: { readonly closed: boolean; readonly at: number } | undefined;
  return {
    async isClosed(now) {
      if (seen && now - seen.at < INTAKE_CACHE_SECONDS * 1000) return seen.closed;
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: { ...INTAKE_KEY }, ConsistentRead: true }),
      );
      const closed = Item !== undefined && parseIntakeItem(Item).closed;
      seen = { closed, at: now };
      return closed;
    },
  };
}
