import type { Outcome } from './model.ts';
import { canonicalItem } from './model-values.ts';
import { keysOf, requestOf } from './requests.ts';
import type { Attributes, Step, TableSpec } from './sequence.ts';

/** Sends a request to what is tested; throws `RefusedBySubject` for an error of the service. */
export type Send = (operation: string, body: object) => Promise<Readonly<Record<string, unknown>>>;

export class RefusedBySubject extends Error {
  readonly code: string;
  readonly reasons: readonly string[];

  constructor(code: string, message: string, reasons: readonly string[]) {
    super(message);
    this.code = code;
    this.reasons = reasons;
  }
}

const MAX_PAGES = 1000;

/** Runs a step; a query or scan is read to its last page. */
export async function runStep(send: Send, step: Step, spec: TableSpec): Promise<Outcome> {
  const [operation, body] = requestOf(step, spec);
  try {
    if (step.do === 'query') {
      const sortedBy = keysOf(spec, step.index)[1];
      return { items: await allPages(send, operation, body), sortedBy };
    }
    if (step.do === 'scan') {
      const items = [];
      for (let Segment = 0; Segment < step.segments; Segment += 1) {
        const part = { ...body, Segment, TotalSegments: step.segments };
        items.push(...(await allPages(send, operation, part)));
      }
      return { items };
    }
    const response = await send(operation, body);
    const item = response.Item ?? response.Attributes;
    return { items: item === undefined ? [] : [item as Attributes] };
  } catch (error) {
    if (!(error instanceof RefusedBySubject)) throw error;
    return { refused: error.code, reasons: error.reasons };
  }
}

async function allPages(send: Send, operation: string, body: object): Promise<Attributes[]> {
  const items: Attributes[] = [];
  let start: unknown;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const from = start === undefined ? {} : { ExclusiveStartKey: start };
    const response = await send(operation, { ...body, ...from });
    items.push(...(response.Items as Attributes[]));
    start = response.LastEvaluatedKey;
    if (start === undefined) return items;
  }
  throw new Error(`${operation} has more than ${MAX_PAGES} pages.`);
}

/** An outcome as text, the same for outcomes that DynamoDB does not distinguish. */
export function outcomeText(outcome: Outcome): string {
  if ('refused' in outcome) return [outcome.refused, ...outcome.reasons].join(' ');
  const { items, sortedBy } = outcome;
  if (sortedBy === undefined) return items.map(canonicalItem).sort().join('\n');
  // Entries of an index with the same sort key have no order.
  const groups: string[][] = [];
  let last: string | undefined;
  for (const item of items) {
    const key = JSON.stringify(item[sortedBy]);
    if (key !== last) groups.push([]);
    groups.at(-1)?.push(canonicalItem(item));
    last = key;
  }
  return groups.map((group) => group.sort().join('\n')).join('\n--\n');
}
