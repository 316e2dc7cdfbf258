import type { Context } from '../context.ts';
import { resourceNotFound, validationError } from '../errors.ts';
import type { Table } from '../tables/table.ts';

const TABLE_ARN = /^arn:aws:dynamodb:[\w-]+:\d{12}:table\/([a-zA-Z0-9_.-]+)$/;

/** Throws for what is not a table's ARN, and where there is no such table. */
export function tableOfArn(context: Context, resourceArn: string): Table {
  const table = findTable(context, resourceArn);
  if (table === undefined) throw resourceNotFound(`ResourceArn: ${resourceArn} not found`);
  return table;
}

export function findTable(context: Context, resourceArn: string): Table | undefined {
  const name = TABLE_ARN.exec(resourceArn)?.[1];
  if (name === undefined) {
    throw validationError(`Invalid TableArn: Invalid ResourceArn provided as input ${resourceArn}`);
  }
  return context.catalog.find(name);
}
