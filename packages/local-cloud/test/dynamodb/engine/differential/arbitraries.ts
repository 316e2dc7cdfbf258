import * as fc from 'fast-check';
import {
  type Attributes,
  type Condition,
  KEYS,
  type KeyType,
  type SortCondition,
  type Step,
  type TableSpec,
  type UpdateStep,
  type Value,
  type Write,
} from './sequence.ts';

const PLAIN = ['a', 'b', 'c', 'status'];
const COMPARATORS = ['=', '<>', '<', '<=', '>', '>='];

const strings = fc.constantFrom('', 'a', 'ab', 'b', 'é', '\u0000', 'a\u0000b', '😀', '\uffff', 'z');
const numbers = fc.constantFrom(
  ...['0', '1', '-1', '2', '10', '9.5', '-9.5', '0.001', '-0.001', '100', '1234567890123456789012'],
  '99999999999999999999999999999999999999',
);
const binaries = fc
  .constantFrom<number[]>([], [0], [0, 1], [1], [255], [255, 0], [127])
  .map((bytes) => Buffer.from(bytes).toString('base64'));

const byType: Readonly<Record<KeyType, fc.Arbitrary<Value>>> = {
  S: strings.map((S) => ({ S })),
  N: numbers.map((N) => ({ N })),
  B: binaries.map((B) => ({ B })),
};
const scalar: fc.Arbitrary<Value> = fc.oneof(byType.S, byType.N, byType.B);
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
  fc.uniqueArray(strings, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
  fc.uniqueArray(numbers, { minLength: 1, maxLength: 3 }).map((NS) => ({ NS })),
  fc.uniqueArray(binaries, { minLength: 1, maxLength: 3 }).map((BS) => ({ BS })),
  fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })),
  fc.dictionary(fc.constantFrom('x', 'y'), scalar, { maxKeys: 2 }).map((M) => ({ M: { ...M } })),
);
const size = fc.integer({ min: 0, max: 3 });

const keyType = fc.constantFrom<KeyType>('S', 'N', 'B');
export const tableSpec: fc.Arbitrary<TableSpec> = fc.record({
  types: fc.record(Object.fromEntries(Object.values(KEYS).map((name) => [name, keyType]))),
  hasSort: fc.boolean(),
  local: fc.boolean(),
  global: fc.boolean(),
  globalSort: fc.boolean(),
  projection: fc.constantFrom('ALL', 'KEYS_ONLY', 'INCLUDE'),
});

/** Few keys, so that steps meet the same items; now and then one that is refused. */
function keyValue(type: KeyType): fc.Arbitrary<Value> {
  const few: Readonly<Record<KeyType, fc.Arbitrary<Value>>> = {
    S: fc.constantFrom('a', 'ab', 'b', '😀', '\uffff', 'a\u0000').map((S) => ({ S })),
    N: numbers.map((N) => ({ N })),
    B: fc.constantFrom('AA==', 'AAE=', '/w==', 'AQ==').map((B) => ({ B })),
  };
  return fc.oneof(
    { weight: 60, arbitrary: few[type] },
    fc.constantFrom<Value>({ S: '' }, { BOOL: true }),
  );
}

function keyOf(spec: TableSpec): fc.Arbitrary<Attributes> {
  const names = spec.hasSort ? [KEYS.partition, KEYS.sort] : [KEYS.partition];
  return fc.record(
    Object.fromEntries(names.map((name) => [name, keyValue(spec.types[name] ?? 'S')])),
  );
}

function itemOf(spec: TableSpec): fc.Arbitrary<Attributes> {
  const indexed = [KEYS.local, KEYS.global, KEYS.globalSort];
  const optional = fc.record(
    Object.fromEntries([
      ...indexed.map((name) => [name, keyValue(spec.types[name] ?? 'S')] as const),
      ...PLAIN.map((name) => [name, value] as const),
    ]),
    { requiredKeys: [] },
  );
  return fc.tuple(keyOf(spec), optional).map(([key, rest]) => ({ ...rest, ...key }) as Attributes);
}

/** Values of one type in their order, as BETWEEN wants its bounds. */
const bounds = fc
  .oneof(
    fc.tuple(byType.N, byType.N),
    fc.constantFrom<[Value, Value]>([{ S: 'a' }, { S: 'b' }], [{ S: '' }, { S: 'z' }]),
  )
  .map(([one, two]) =>
    'N' in one && Number(one.N) > Number(two.N) ? ([two, one] as const) : ([one, two] as const),
  );

function condition(names: readonly string[], depth = 2): fc.Arbitrary<Condition> {
  const name = fc.constantFrom(...names);
  const simple: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({
      is: fc.constant('compare' as const),
      name,
      by: fc.constantFrom(...COMPARATORS),
      value: scalar,
    }),
    fc.record({
      is: fc.constant('compare' as const),
      name,
      by: fc.constantFrom('=', '<>'),
      value,
    }),
    fc.record({ is: fc.constantFrom('exists' as const, 'missing' as const), name }),
    fc.record({
      is: fc.constant('begins' as const),
      name,
      value: fc.oneof(byType.S, byType.B),
    }),
    fc.record({ is: fc.constant('contains' as const), name, value: scalar }),
    fc.record({
      is: fc.constant('type' as const),
      name,
      type: fc.constantFrom('S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'),
    }),
    fc
      .tuple(name, bounds)
      .map(([of, [low, high]]) => ({ is: 'between' as const, name: of, low, high })),
    fc.record({
      is: fc.constant('in' as const),
      name,
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      is: fc.constant('size' as const),
      name,
      by: fc.constantFrom(...COMPARATORS),
      size,
    }),
  );
  if (depth === 0) return simple;
  const inner = condition(names, depth - 1);
  return fc.oneof(
    { weight: 4, arbitrary: simple },
    fc.record({
      is: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(inner, { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ is: fc.constant('not' as const), part: inner }),
  );
}

const updateStep = (name: string, type: KeyType | undefined): fc.Arbitrary<UpdateStep> => {
  const of = fc.constant(name);
  if (type !== undefined) {
    return fc.oneof(
      fc.record({ does: fc.constant('set' as const), name: of, value: keyValue(type) }),
      fc.record({ does: fc.constant('remove' as const), name: of }),
    );
  }
  const sets = value.filter((each) => /^(SS|NS|BS)$/.test(Object.keys(each)[0] ?? ''));
  return fc.oneof(
    fc.record({ does: fc.constantFrom('set' as const, 'default' as const), name: of, value }),
    fc.record({
      does: fc.constant('copy' as const),
      name: of,
      from: fc.constantFrom(...PLAIN.filter((each) => each !== name)),
    }),
    fc.record({
      does: fc.constantFrom('plus' as const, 'minus' as const),
      name: of,
      value: byType.N,
    }),
    fc.record({
      does: fc.constant('append' as const),
      name: of,
      value: fc.array(scalar, { maxLength: 2 }).map((L) => ({ L })),
    }),
    fc.record({
      does: fc.constant('setChild' as const),
      name: of,
      child: fc.constantFrom('x', 'y', 'z'),
      value,
    }),
    fc.record({ does: fc.constant('setElement' as const), name: of, at: size, value }),
    fc.record({ does: fc.constant('remove' as const), name: of }),
    fc.record({ does: fc.constant('removeElement' as const), name: of, at: size }),
    fc.record({ does: fc.constant('add' as const), name: of, value: fc.oneof(byType.N, sets) }),
    fc.record({ does: fc.constant('delete' as const), name: of, value: sets }),
  );
};

function updateSteps(spec: TableSpec): fc.Arbitrary<readonly UpdateStep[]> {
  const names = [...PLAIN, KEYS.local, KEYS.global, KEYS.globalSort];
  return fc
    .subarray(names, { minLength: 1, maxLength: 3 })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((name) =>
          updateStep(name, PLAIN.includes(name) ? undefined : spec.types[name]),
        ),
      ),
    );
}

function write(spec: TableSpec, kinds: readonly Write['kind'][]): fc.Arbitrary<Write> {
  const optional = fc.option(condition([...PLAIN, KEYS.partition]), { nil: undefined, freq: 2 });
  return fc.constantFrom(...kinds).chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      item: kind === 'put' ? itemOf(spec) : keyOf(spec),
      steps: kind === 'update' ? updateSteps(spec) : fc.constant([]),
      condition: kind === 'check' ? condition([...PLAIN, KEYS.partition]) : optional,
    }),
  );
}

function sortCondition(type: KeyType): fc.Arbitrary<SortCondition> {
  const usable = keyValue(type).filter((each) => type in each && each[type] !== '');
  const range = fc
    .tuple(usable, usable)
    .map(([low, high]) => ({ by: 'between', low, high }) as const);
  const compare = fc.record({
    by: fc.constantFrom('=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
    value: usable,
  });
  const begins = fc.record({ by: fc.constant('begins' as const), value: usable });
  return type === 'N' ? fc.oneof(compare, range) : fc.oneof(compare, range, begins);
}

/** @param orderedBounds whether the low bound of a BETWEEN on a sort key is really below the high one */
export function step(spec: TableSpec, inOrder: (low: Value, high: Value) => boolean) {
  const indexes = [
    undefined,
    ...(spec.local && spec.hasSort ? ['local' as const] : []),
    ...(spec.global ? ['global' as const] : []),
  ];
  const filter = fc.option(condition(PLAIN, 1), { nil: undefined });
  const query = fc.constantFrom(...indexes).chain((index) => {
    const partition = index === 'global' ? KEYS.global : KEYS.partition;
    const sort =
      index === 'local'
        ? KEYS.local
        : index === 'global'
          ? spec.globalSort
            ? KEYS.globalSort
            : undefined
          : spec.hasSort
            ? KEYS.sort
            : undefined;
    const type = spec.types[partition] ?? 'S';
    const sorted = sort === undefined ? undefined : sortCondition(spec.types[sort] ?? 'S');
    return fc.record({
      do: fc.constant('query' as const),
      index: fc.constant(index),
      partition: keyValue(type).filter((each) => type in each && each[type] !== ''),
      sort:
        sorted === undefined
          ? fc.constant(undefined)
          : fc.option(
              sorted.filter((each) => each.by !== 'between' || inOrder(each.low, each.high)),
              { nil: undefined },
            ),
      filter,
      reverse: fc.boolean(),
      limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    });
  });
  const returns: Readonly<Record<string, readonly string[]>> = {
    put: ['NONE', 'ALL_OLD'],
    delete: ['NONE', 'ALL_OLD'],
    update: ['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'],
  };
  const single = write(spec, ['put', 'put', 'update', 'update', 'update', 'delete']).chain((each) =>
    fc.record({
      do: fc.constant('write' as const),
      write: fc.constant(each),
      returns: fc.constantFrom(...(returns[each.kind] ?? ['NONE'])),
    }),
  );
  const project = fc.subarray([...PLAIN, KEYS.partition]);
  return fc.oneof(
    { weight: 8, arbitrary: single },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('get' as const), key: validKey(spec), project }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('batch' as const),
        writes: fc
          .array(write(spec, ['put', 'delete']), { minLength: 1, maxLength: 4 })
          .map((writes) => writes.map((each) => ({ ...each, condition: undefined }))),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('transact' as const),
        writes: fc.array(write(spec, ['put', 'update', 'delete', 'check']), {
          minLength: 1,
          maxLength: 4,
        }),
      }),
    },
    { weight: 3, arbitrary: query },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('scan' as const),
        index: fc.constantFrom(...indexes),
        filter,
        segments: fc.integer({ min: 1, max: 3 }),
      }),
    },
  ) as fc.Arbitrary<Step>;
}

function validKey(spec: TableSpec): fc.Arbitrary<Attributes> {
  return keyOf(spec).filter((key) =>
    Object.entries(key).every(([name, each]) => {
      const type = spec.types[name] ?? 'S';
      return type in each && each[type] !== '';
    }),
  );
}
