import { satisfies } from './model-conditions.ts';
import { Refused, updated } from './model-updates.ts';
import { canonical, canonicalItem, contentOf, order, typeIn } from './model-values.ts';
import {
  type Attributes,
  type Condition,
  KEYS,
  type SortCondition,
  type Step,
  type TableSpec,
  type Value,
  type Write,
} from './sequence.ts';

/** What a step gives: items in the order that DynamoDB promises, or a refusal. */
export type Outcome =
  | { readonly items: readonly Attributes[]; readonly sortedBy?: string | undefined }
  | { readonly refused: string; readonly reasons: readonly string[] };

type IndexName = 'local' | 'global';

/** DynamoDB with one table as a map, written without a look at the engine. */
export class ReferenceModel {
  readonly #spec: TableSpec;
  readonly #items = new Map<string, Attributes>();

  constructor(spec: TableSpec) {
    this.#spec = spec;
  }

  run(step: Step): Outcome {
    try {
      return this.#run(step);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { refused: error.code, reasons: error.reasons };
    }
  }

  #run(step: Step): Outcome {
    switch (step.do) {
      case 'get': {
        const found = this.#items.get(this.#id(step.key));
        if (found === undefined) return { items: [] };
        const names = step.project.length === 0 ? Object.keys(found) : step.project;
        return { items: [pick(found, names)] };
      }
      case 'write':
        return { items: this.#single(step.write, step.returns) };
      case 'batch': {
        const writes = step.writes.map((write) => this.#prepared(write));
        this.#assertDistinct(step.writes);
        writes.forEach((after, at) => {
          this.#store(step.writes[at], after);
        });
        return { items: [] };
      }
      case 'transact':
        return this.#transact(step.writes);
      case 'query': {
        const [partition, sort] = this.#keys(step.index);
        const found = this.#entries(step.index)
          .filter((item) => canonical(item[partition] ?? {}) === canonical(step.partition))
          .filter((item) => step.sort === undefined || inRange(item[sort ?? ''], step.sort));
        if (sort !== undefined) found.sort((a, b) => order(a[sort] ?? {}, b[sort] ?? {}) ?? 0);
        if (step.reverse) found.reverse();
        const { filter } = step;
        this.#assertFilter(step.index, filter);
        return {
          items: filter ? found.filter((item) => satisfies(item, filter)) : found,
          sortedBy: sort,
        };
      }
      case 'scan': {
        const { filter } = step;
        const found = this.#entries(step.index);
        return { items: filter ? found.filter((item) => satisfies(item, filter)) : found };
      }
    }
  }

  #single(write: Write, returns: string): readonly Attributes[] {
    const before = this.#items.get(this.#id(write.item));
    if (write.condition && !satisfies(before ?? {}, write.condition)) {
      this.#assertKeys(write.item, write.kind === 'put');
      throw new Refused('ConditionalCheckFailedException');
    }
    const after = this.#prepared(write);
    this.#store(write, after);
    const shown = returns.endsWith('OLD') ? before : after;
    if (returns === 'NONE' || shown === undefined) return [];
    if (!returns.startsWith('UPDATED')) return [shown];
    const changed = write.steps.flatMap((step) => changedPart(shown, step));
    return changed.length === 0 ? [] : [Object.assign({}, ...changed)];
  }

  #transact(writes: readonly Write[]): Outcome {
    const keyProblems = writes.map((write) =>
      reasonOf(() => this.#assertKeys(write.item, write.kind === 'put')),
    );
    this.#assertDistinct(writes.filter((_, at) => keyProblems[at] === 'None'));
    const afters: (Attributes | undefined)[] = [];
    const reasons = writes.map((write, at) => {
      const keyProblem = keyProblems[at] ?? 'None';
      if (keyProblem !== 'None') return keyProblem;
      const before = this.#items.get(this.#id(write.item)) ?? {};
      if (write.condition && !satisfies(before, write.condition)) return 'ConditionalCheckFailed';
      return reasonOf(() => {
        afters[at] = this.#prepared(write);
      });
    });
    this.#assertNoReason(reasons);
    writes.forEach((write, at) => {
      if (write.kind !== 'check') this.#store(write, afters[at]);
    });
    return { items: [] };
  }

  #assertNoReason(reasons: readonly string[]): void {
    if (reasons.some((reason) => reason !== 'None')) {
      throw new Refused('TransactionCanceledException', reasons);
    }
  }

  #assertDistinct(writes: readonly Write[]): void {
    const ids = writes.map((write) => this.#id(write.item));
    if (new Set(ids).size < ids.length) throw new Refused('ValidationException');
  }

  #prepared(write: Write): Attributes | undefined {
    this.#assertKeys(write.item, write.kind === 'put');
    if (write.kind === 'put') return write.item;
    if (write.kind === 'delete') return undefined;
    const before = this.#items.get(this.#id(write.item));
    if (write.kind === 'check') return before;
    const after = updated(before ?? write.item, write.steps);
    this.#assertIndexKeys(after);
    return after;
  }

  #store(write: Write | undefined, after: Attributes | undefined): void {
    if (write === undefined) return;
    const id = this.#id(write.item);
    if (after === undefined) this.#items.delete(id);
    else this.#items.set(id, after);
  }

  #assertKeys(item: Attributes, whole: boolean): void {
    for (const name of this.#tableKeys()) {
      const value = item[name];
      if (value === undefined || typeIn(value) !== this.#spec.types[name] || isEmpty(value)) {
        throw new Refused('ValidationException');
      }
    }
    if (whole) this.#assertIndexKeys(item);
  }

  #assertIndexKeys(item: Attributes): void {
    for (const index of this.#indexes()) {
      for (const name of this.#keys(index)) {
        const value = name === undefined ? undefined : item[name];
        if (name === undefined || value === undefined) continue;
        if (typeIn(value) !== this.#spec.types[name] || isEmpty(value)) {
          throw new Refused('ValidationException');
        }
      }
    }
  }

  #indexes(): IndexName[] {
    const { local, global, hasSort } = this.#spec;
    return [
      ...(local && hasSort ? ['local' as const] : []),
      ...(global ? ['global' as const] : []),
    ];
  }

  #keys(index: IndexName | undefined): readonly [string, string?] {
    if (index === 'local') return [KEYS.partition, KEYS.local];
    if (index === 'global') {
      return this.#spec.globalSort ? [KEYS.global, KEYS.globalSort] : [KEYS.global];
    }
    return this.#spec.hasSort ? [KEYS.partition, KEYS.sort] : [KEYS.partition];
  }

  #tableKeys(): readonly string[] {
    return this.#spec.hasSort ? [KEYS.partition, KEYS.sort] : [KEYS.partition];
  }

  #entries(index: IndexName | undefined): Attributes[] {
    const all = [...this.#items.values()];
    if (index === undefined) return all;
    const keys = this.#keys(index).filter((name) => name !== undefined);
    const inIndex = all.filter((item) => keys.every((name) => item[name] !== undefined));
    if (this.#spec.projection === 'ALL') return inIndex;
    const included = this.#spec.projection === 'INCLUDE' ? ['a'] : [];
    return inIndex.map((item) => pick(item, [...this.#tableKeys(), ...keys, ...included]));
  }

  /** A query's filter may only name what the index has; those of the sequences name no keys. */
  #assertFilter(index: IndexName | undefined, filter: Condition | undefined): void {
    if (index === undefined || filter === undefined || this.#spec.projection === 'ALL') return;
    const included = this.#spec.projection === 'INCLUDE' ? ['a'] : [];
    if (namesIn(filter).some((name) => !included.includes(name))) {
      throw new Refused('ValidationException');
    }
  }

  #id(item: Attributes): string {
    return canonicalItem(pick(item, this.#tableKeys()));
  }
}

function namesIn(condition: Condition): readonly string[] {
  if ('parts' in condition) return condition.parts.flatMap(namesIn);
  return 'part' in condition ? namesIn(condition.part) : [condition.name];
}

function pick(item: Attributes, names: readonly string[]): Attributes {
  return Object.fromEntries(
    names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])),
  ) as Attributes;
}

function isEmpty(value: Value): boolean {
  return contentOf(value) === '';
}

function reasonOf(work: () => void): string {
  try {
    work();
    return 'None';
  } catch (error) {
    if (error instanceof Refused) return 'ValidationError';
    throw error;
  }
}

function inRange(value: Value | undefined, sort: SortCondition): boolean {
  const name = 'key';
  const item = value === undefined ? {} : { [name]: value };
  if (sort.by === 'between') return satisfies(item, { is: 'between', name, ...sort });
  if (sort.by === 'begins') return satisfies(item, { is: 'begins', name, value: sort.value });
  return satisfies(item, { is: 'compare', name, by: sort.by, value: sort.value });
}

/** The attribute that a step changed; of a map or list only the part. */
function changedPart(item: Attributes, step: Write['steps'][number]): Attributes[] {
  const value = item[step.name];
  if (value === undefined) return [];
  const content = contentOf(value);
  if (step.does === 'setChild') {
    const child = (content as Attributes)[step.child];
    return typeIn(value) === 'M' && child ? [{ [step.name]: { M: { [step.child]: child } } }] : [];
  }
  if (step.does === 'setElement' || step.does === 'removeElement') {
    const element = typeIn(value) === 'L' ? (content as Value[])[step.at] : undefined;
    return element === undefined ? [] : [{ [step.name]: { L: [element] } }];
  }
  return [{ [step.name]: value }];
}
