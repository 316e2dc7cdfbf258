import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from '../../../core/uploads/records.ts';

export type Update = NonNullable<
  NonNullable<TransactWriteCommandInput['TransactItems']>[number]['Update']
>;

type Clause = 'SET' | 'REMOVE' | 'ADD' | 'DELETE';

/** Collects the parts of one update of one item. Every attribute has its name as alias, so none is a reserved word. */
export class ItemUpdate {
  readonly #tableName: string;
  readonly #key: ItemKey;
  readonly #clauses = new Map<Clause, string[]>();
  readonly #conditions: string[] = [];
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, unknown> = {};

  constructor(tableName: string, key: ItemKey) {
    this.#tableName = tableName;
    this.#key = key;
  }

  /** Whether the update writes anything. */
  get changes(): boolean {
    return this.#clauses.size > 0;
  }

  /** Undefined removes the attribute. */
  set(name: string, value: unknown): void {
    if (value === undefined) this.#clause('REMOVE', name);
    else this.#clause('SET', name, value, ' = ');
  }

  /** Adds to a number or to a set. */
  add(name: string, value: number | Set<string>): void {
    this.#clause('ADD', name, value, ' ');
  }

  /** Removes members of a set. */
  remove(name: string, members: Set<string>): void {
    this.#clause('DELETE', name, members, ' ');
  }

  /** Appends to a list. */
  append(name: string, entry: unknown): void {
    this.#clause('SET', name, [entry], ` = list_append(#${name}, `, ')');
  }

  /** @param attributes the attributes that the condition names as `#<name>` */
  require(condition: string, attributes: readonly string[], values: Record<string, unknown>): void {
    this.#conditions.push(`(${condition})`);
    for (const name of attributes) this.#names[`#${name}`] = name;
    Object.assign(this.#values, values);
  }

  /** The number is as it was read; an absent one is 0. */
  requireNumber(name: string, seen: number): void {
    const absent = seen === 0 ? `attribute_not_exists(#${name}) OR ` : '';
    this.require(`${absent}#${name} = :seen_${name}`, [name], { [`:seen_${name}`]: seen });
  }

  /** Adds the ADD clauses of another update of the same item. */
  merge({
    UpdateExpression = '',
    ExpressionAttributeNames,
    ExpressionAttributeValues,
  }: Update): void {
    const added = this.#clauses.get('ADD') ?? [];
    this.#clauses.set('ADD', [...added, UpdateExpression.replace(/^ADD /, '')]);
    Object.assign(this.#names, ExpressionAttributeNames);
    Object.assign(this.#values, ExpressionAttributeValues);
  }

  input(): Update {
    return {
      TableName: this.#tableName,
      Key: this.#key,
      UpdateExpression: [...this.#clauses]
        .map(([clause, parts]) => `${clause} ${parts.join(', ')}`)
        .join(' '),
      ...(this.#conditions.length > 0 && {
        ConditionExpression: this.#conditions.join(' AND '),
      }),
      ...(Object.keys(this.#names).length > 0 && { ExpressionAttributeNames: this.#names }),
      ...(Object.keys(this.#values).length > 0 && { ExpressionAttributeValues: this.#values }),
    };
  }

  #clause(clause: Clause, name: string, value?: unknown, between = '', end = ''): void {
    const text = value === undefined ? `#${name}` : `#${name}${between}:${name}${end}`;
    this.#clauses.set(clause, [...(this.#clauses.get(clause) ?? []), text]);
    this.#names[`#${name}`] = name;
    if (value !== undefined) this.#values[`:${name}`] = value;
  }
}
