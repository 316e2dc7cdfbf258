import {
  type AttributeValue,
  attributeOf,
  type Item,
  setAttribute,
  typeOf,
} from '../values/attribute-value.ts';
import { encodeKeyPart, encodePartition } from '../values/key-encoding.ts';
import {
  type IndexDefinition,
  type KeyAttributes,
  keyAttributes,
  type TableDefinition,
} from './definition.ts';

/** A table as the operations use it. Replaced, never changed, when the definition changes. */
export class Table {
  /** Names the table's rows in the database. */
  readonly id: number;
  readonly definition: TableDefinition;
  readonly keys: KeyAttributes;
  readonly keyNames: readonly string[];
  readonly indexes: readonly Index[];
  readonly hasLocalIndexes: boolean;
  readonly rows: string;

  constructor(id: number, definition: TableDefinition) {
    this.id = id;
    this.definition = definition;
    this.keys = keyAttributes(definition.keySchema, definition.attributes);
    this.keyNames = namesOf(this.keys);
    this.indexes = definition.indexes.map((index) => new Index(index, this));
    this.hasLocalIndexes = this.indexes.some(({ definition: { kind } }) => kind === 'local');
    this.rows = `items_${id}`;
  }

  get name(): string {
    return this.definition.name;
  }

  index(name: string): Index | undefined {
    return this.indexes.find((index) => index.name === name);
  }

  /** @param item has the key's attributes, in the right types */
  keyOf(item: Item): Buffer {
    return encodeKey(this.keys, item);
  }

  /** What the keys of all items with the partition key of this one begin with, in the table and in local indexes. */
  partitionOf(item: Item): Buffer {
    return encodePartition(present(item, this.keys.partition.name));
  }

  /** The key's attributes alone. */
  keyAttributesOf(item: Item): Item {
    return pick(item, this.keyNames);
  }
}

export class Index {
  readonly definition: IndexDefinition;
  readonly keys: KeyAttributes;
  readonly rows: string;
  readonly #table: Table;
  /** The attributes that entries have; undefined for all. */
  readonly #attributes: ReadonlySet<string> | undefined;

  constructor(definition: IndexDefinition, table: Table) {
    this.definition = definition;
    this.#table = table;
    this.keys = keyAttributes(definition.keySchema, table.definition.attributes);
    this.rows = `index_${definition.id}`;
    const { type, attributes } = definition.projection;
    this.#attributes =
      type === 'ALL'
        ? undefined
        : new Set([...table.keyNames, ...namesOf(this.keys), ...attributes]);
  }

  get name(): string {
    return this.definition.name;
  }

  get isGlobal(): boolean {
    return this.definition.kind === 'global';
  }

  get projectsAll(): boolean {
    return this.#attributes === undefined;
  }

  /** The index's key, then the table's, so that every entry has a key of its own. */
  get keyNames(): readonly string[] {
    return [...new Set([...namesOf(this.keys), ...this.#table.keyNames])];
  }

  projects(attribute: string): boolean {
    return this.#attributes === undefined || this.#attributes.has(attribute);
  }

  /** Undefined where the item lacks an attribute of the index's key: then it is not in the index. */
  keyOf(item: Item): Buffer | undefined {
    const { partition, sort } = this.keys;
    for (const key of sort === undefined ? [partition] : [partition, sort]) {
      const value = attributeOf(item, key.name);
      if (value === undefined || typeOf(value) !== key.type) return undefined;
    }
    return Buffer.concat([encodeKey(this.keys, item), this.#table.keyOf(item)]);
  }

  entryOf(item: Item): Item {
    return this.#attributes === undefined ? item : pick(item, this.#attributes);
  }
}

export function namesOf({ partition, sort }: KeyAttributes): readonly string[] {
  return sort === undefined ? [partition.name] : [partition.name, sort.name];
}

export function pick(item: Item, names: Iterable<string>): Item {
  const picked: Record<string, AttributeValue> = {};
  for (const name of names) {
    const value = attributeOf(item, name);
    if (value !== undefined) setAttribute(picked, name, value);
  }
  return picked;
}

function encodeKey({ partition, sort }: KeyAttributes, item: Item): Buffer {
  const first = encodePartition(present(item, partition.name));
  return sort === undefined
    ? first
    : Buffer.concat([first, encodeKeyPart(present(item, sort.name))]);
}

function present(item: Item, name: string): AttributeValue {
  const value = attributeOf(item, name);
  if (value === undefined) throw new TypeError(`The key attribute ${name} is missing.`);
  return value;
}
