import { ROWS } from './rows.ts';

/** The table of docs/guides/verify.md. */
export function rowsTable(): string {
  const rows = ROWS.map(({ id, assumption }) => `| \`${id}\` | ${assumption.replace(/\.$/, '')} |`);
  return ['| row | assumption |', '| --- | --- |', ...rows].join('\n');
}
