import {
  type Condition,
  KEYS,
  type SortCondition,
  type Step,
  type TableSpec,
  type UpdateStep,
  type Value,
  type Write,
} from './sequence.ts';

const TABLE_NAME = 'differential';

export function createTableRequest(spec: TableSpec): object {
  const key = (name: string, KeyType: string) => ({ AttributeName: name, KeyType });
  const used = [
    KEYS.partition,
    ...(spec.hasSort ? [KEYS.sort] : []),
    ...(hasLocal(spec) ? [KEYS.local] : []),
    ...(spec.global ? [KEYS.global] : []),
    ...(spec.global && spec.globalSort ? [KEYS.globalSort] : []),
  ];
  const Projection = {
    ProjectionType: spec.projection,
    ...(spec.projection === 'INCLUDE' && { NonKeyAttributes: ['a'] }),
  };
  return {
    TableName: TABLE_NAME,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: used.map((name) => ({
      AttributeName: name,
      AttributeType: spec.types[name],
    })),
    KeySchema: [key(KEYS.partition, 'HASH'), ...(spec.hasSort ? [key(KEYS.sort, 'RANGE')] : [])],
    ...(hasLocal(spec) && {
      LocalSecondaryIndexes: [
        {
          IndexName: 'local',
          KeySchema: [key(KEYS.partition, 'HASH'), key(KEYS.local, 'RANGE')],
          Projection,
        },
      ],
    }),
    ...(spec.global && {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'global',
          KeySchema: [
            key(KEYS.global, 'HASH'),
            ...(spec.globalSort ? [key(KEYS.globalSort, 'RANGE')] : []),
          ],
          Projection,
        },
      ],
    }),
  };
}

function hasLocal(spec: TableSpec): boolean {
  return spec.local && spec.hasSort;
}

/** Collects placeholders while an expression is written. */
class Writer {
  readonly #names = new Map<string, string>();
  readonly #values: Value[] = [];

  name(name: string): string {
    const known = this.#names.get(name) ?? `#n${this.#names.size}`;
    this.#names.set(name, known);
    return known;
  }

  value(value: Value): string {
    this.#values.push(value);
    return `:v${this.#values.length - 1}`;
  }

  members(): object {
    return {
      ...(this.#names.size > 0 && {
        ExpressionAttributeNames: Object.fromEntries(
          [...this.#names].map(([name, placeholder]) => [placeholder, name]),
        ),
      }),
      ...(this.#values.length > 0 && {
        ExpressionAttributeValues: Object.fromEntries(
          this.#values.map((value, at) => [`:v${at}`, value]),
        ),
      }),
    };
  }
}

/** The operation and request of a step; queries and scans get their pages elsewhere. */
export function requestOf(step: Step, spec: TableSpec): readonly [string, object] {
  const writer = new Writer();
  const TableName = TABLE_NAME;
  switch (step.do) {
    case 'get': {
      const ProjectionExpression = step.project.map((name) => writer.name(name)).join(', ');
      return [
        'GetItem',
        {
          TableName,
          Key: step.key,
          ConsistentRead: true,
          ...(step.project.length > 0 && { ProjectionExpression }),
          ...writer.members(),
        },
      ];
    }
    case 'write': {
      const kind = { put: 'PutItem', update: 'UpdateItem', delete: 'DeleteItem', check: 'GetItem' };
      return [kind[step.write.kind], { ...action(step.write), ReturnValues: step.returns }];
    }
    case 'batch':
      return [
        'BatchWriteItem',
        {
          RequestItems: {
            [TableName]: step.writes.map(({ kind, item }) =>
              kind === 'put' ? { PutRequest: { Item: item } } : { DeleteRequest: { Key: item } },
            ),
          },
        },
      ];
    case 'transact': {
      const kind = { put: 'Put', update: 'Update', delete: 'Delete', check: 'ConditionCheck' };
      return [
        'TransactWriteItems',
        { TransactItems: step.writes.map((write) => ({ [kind[write.kind]]: action(write) })) },
      ];
    }
    case 'query': {
      const [partition, sort] = keysOf(spec, step.index);
      const KeyConditionExpression = [
        `${writer.name(partition)} = ${writer.value(step.partition)}`,
        ...(step.sort && sort ? [sortText(sort, step.sort, writer)] : []),
      ].join(' AND ');
      return [
        'Query',
        {
          TableName,
          KeyConditionExpression,
          ScanIndexForward: !step.reverse,
          ...(step.limit !== undefined && { Limit: step.limit }),
          ...indexMembers(step.index),
          ...(step.filter && { FilterExpression: conditionText(step.filter, writer) }),
          ...writer.members(),
        },
      ];
    }
    case 'scan':
      return [
        'Scan',
        {
          TableName,
          ...indexMembers(step.index),
          ...(step.filter && { FilterExpression: conditionText(step.filter, writer) }),
          ...writer.members(),
        },
      ];
  }
}

export function keysOf(spec: TableSpec, index: string | undefined): readonly [string, string?] {
  if (index === 'local') return [KEYS.partition, KEYS.local];
  if (index === 'global') return spec.globalSort ? [KEYS.global, KEYS.globalSort] : [KEYS.global];
  return spec.hasSort ? [KEYS.partition, KEYS.sort] : [KEYS.partition];
}

function indexMembers(index: string | undefined): object {
  return index === undefined ? { ConsistentRead: true } : { IndexName: index };
}

function action({ kind, item, steps, condition }: Write): { readonly [name: string]: unknown } {
  const writer = new Writer();
  return {
    TableName: TABLE_NAME,
    ...(kind === 'put' ? { Item: item } : { Key: item }),
    ...(kind === 'update' && { UpdateExpression: updateText(steps, writer) }),
    ...(condition && { ConditionExpression: conditionText(condition, writer) }),
    ...writer.members(),
  };
}

function conditionText(condition: Condition, writer: Writer): string {
  switch (condition.is) {
    case 'and':
    case 'or':
      return condition.parts
        .map((part) =>
          isJoined(part) ? `(${conditionText(part, writer)})` : conditionText(part, writer),
        )
        .join(` ${condition.is.toUpperCase()} `);
    case 'not':
      return isJoined(condition.part)
        ? `NOT (${conditionText(condition.part, writer)})`
        : `NOT ${conditionText(condition.part, writer)}`;
    case 'exists':
      return `attribute_exists(${writer.name(condition.name)})`;
    case 'missing':
      return `attribute_not_exists(${writer.name(condition.name)})`;
    case 'compare':
      return `${writer.name(condition.name)} ${condition.by} ${writer.value(condition.value)}`;
    case 'begins':
      return `begins_with(${writer.name(condition.name)}, ${writer.value(condition.value)})`;
    case 'contains':
      return `contains(${writer.name(condition.name)}, ${writer.value(condition.value)})`;
    case 'type':
      return `attribute_type(${writer.name(condition.name)}, ${writer.value({ S: condition.type })})`;
    case 'between':
      return `${writer.name(condition.name)} BETWEEN ${writer.value(condition.low)} AND ${writer.value(condition.high)}`;
    case 'in': {
      const options = condition.values.map((value) => writer.value(value)).join(', ');
      return `${writer.name(condition.name)} IN (${options})`;
    }
    case 'size':
      return `size(${writer.name(condition.name)}) ${condition.by} ${writer.value({ N: String(condition.size) })}`;
  }
}

function isJoined({ is }: Condition): boolean {
  return is === 'and' || is === 'or';
}

function sortText(name: string, sort: SortCondition, writer: Writer): string {
  if (sort.by === 'between') return conditionText({ is: 'between', name, ...sort }, writer);
  if (sort.by === 'begins') return conditionText({ is: 'begins', name, value: sort.value }, writer);
  return conditionText({ is: 'compare', name, by: sort.by, value: sort.value }, writer);
}

function updateText(steps: readonly UpdateStep[], writer: Writer): string {
  const sections = new Map<string, string[]>();
  for (const step of steps) {
    const [section, text] = stepText(step, writer);
    sections.set(section, [...(sections.get(section) ?? []), text]);
  }
  return [...sections].map(([section, texts]) => `${section} ${texts.join(', ')}`).join(' ');
}

function stepText(step: UpdateStep, writer: Writer): readonly [string, string] {
  const name = writer.name(step.name);
  switch (step.does) {
    case 'set':
      return ['SET', `${name} = ${writer.value(step.value)}`];
    case 'copy':
      return ['SET', `${name} = ${writer.name(step.from)}`];
    case 'default':
      return ['SET', `${name} = if_not_exists(${name}, ${writer.value(step.value)})`];
    case 'plus':
      return ['SET', `${name} = ${name} + ${writer.value(step.value)}`];
    case 'minus':
      return ['SET', `${name} = ${name} - ${writer.value(step.value)}`];
    case 'append':
      return ['SET', `${name} = list_append(${name}, ${writer.value(step.value)})`];
    case 'setChild':
      return ['SET', `${name}.${writer.name(step.child)} = ${writer.value(step.value)}`];
    case 'setElement':
      return ['SET', `${name}[${step.at}] = ${writer.value(step.value)}`];
    case 'remove':
      return ['REMOVE', name];
    case 'removeElement':
      return ['REMOVE', `${name}[${step.at}]`];
    case 'add':
      return ['ADD', `${name} ${writer.value(step.value)}`];
    case 'delete':
      return ['DELETE', `${name} ${writer.value(step.value)}`];
  }
}
