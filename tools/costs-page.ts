import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullTable } from './bench/cost/full-bill.ts';
import { monthlyPricesTable, SMALL_DEPLOYMENT } from './bench/cost/monthly-bill.ts';
import { RESULTS, ROOT } from './bench/places.ts';
import { readResults } from './bench/results.ts';

/** Writes the tables of docs/reference/costs.md again: after a change of a price, of a route, or of the bench `cost`. */
const page = join(ROOT, 'docs', 'reference', 'costs.md');
const tables = [fullTable(SMALL_DEPLOYMENT, readResults(RESULTS)), monthlyPricesTable()];
const text = readFileSync(page, 'utf8').replace(
  /^\| (line|unit) \|.*\n(\|.*\n?)*/gm,
  () => `${tables.shift()}\n`,
);
writeFileSync(page, text);
console.log('Wrote docs/reference/costs.md.');
