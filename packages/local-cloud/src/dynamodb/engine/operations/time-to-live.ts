import type { Context } from '../context.ts';
import { resourceNotFound, validationError } from '../errors.ts';
import { readRequest } from '../requests/read-request.ts';
import { describeTable, updateTimeToLive } from '../requests/table-requests.ts';
import { forEachItem } from '../storage/each-item.ts';
import type { Table } from '../tables/table.ts';

export function describeTimeToLiveOperation(context: Context, body: unknown): object {
  const { TableName } = readRequest(describeTable, body);
  const { expiryAttribute } = named(context, TableName).definition;
  return {
    TimeToLiveDescription:
      expiryAttribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: expiryAttribute },
  };
}

/** Unlike on AWS it takes effect at once, and may be changed again within the hour. */
export function updateTimeToLiveOperation(context: Context, body: unknown): object {
  const { TableName, TimeToLiveSpecification: wanted } = readRequest(updateTimeToLive, body);
  const table = named(context, TableName);
  const { expiryAttribute: current, ...rest } = table.definition;
  if (wanted.Enabled) {
    if (current === wanted.AttributeName) throw validationError('TimeToLive is already enabled');
    if (current !== undefined) throw otherAttribute(current);
    const definition = { ...rest, expiryAttribute: wanted.AttributeName };
    context.catalog.update(table, definition, (next) => {
      forEachItem(context.database, next, (key, item) => {
        context.expirations.change(next, key, undefined, item);
      });
    });
    context.scheduleExpiry();
  } else {
    if (current === undefined) throw validationError('TimeToLive is already disabled');
    if (current !== wanted.AttributeName) throw otherAttribute(current);
    context.catalog.update(table, rest, () => context.expirations.forget(table));
  }
  return { TimeToLiveSpecification: wanted };
}

function otherAttribute(current: string) {
  return validationError(
    `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`,
  );
}

function named(context: Context, name: string): Table {
  const table = context.catalog.find(name);
  if (table === undefined) throw resourceNotFound(`Table: ${name} not found`);
  return table;
}
