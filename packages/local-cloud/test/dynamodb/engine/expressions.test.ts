import { key, n, openEngine, SIMPLE_TABLE, s } from './harness.ts';

const engine = openEngine();
const ITEM = {
  pk: s('item'),
  word: s('abc'),
  count_: n(5),
  list_: { L: [n(1), s('two'), { L: [s('deep')] }] },
  map_: { M: { within_: { M: { leaf: n(7) } }, spare: s('o') } },
  tags: { SS: ['a', 'b'] },
  flag: { BOOL: true },
  bytes_: { B: 'AQID' },
};
beforeAll(() => {
  engine.execute('CreateTable', SIMPLE_TABLE);
});
afterAll(() => engine.remove());
beforeEach(() => {
  engine.execute('PutItem', { TableName: 'simple', Item: ITEM });
});

const conditionRequest = (expression: string, values?: object, names?: object) => ({
  TableName: 'simple',
  Key: { pk: s('item') },
  UpdateExpression: 'SET touched = list_',
  ConditionExpression: expression,
  ...(values && { ExpressionAttributeValues: values }),
  ...(names && { ExpressionAttributeNames: names }),
});

describe('a condition', () => {
  it.each<[string, object?]>([
    ['attribute_exists(pk)'],
    ['attribute_not_exists(nothing)'],
    ['attribute_exists(map_.within_.leaf) AND attribute_not_exists(map_.within_.nothing)'],
    ['attribute_exists(list_[2][0]) AND attribute_not_exists(list_[3])'],
    ['attribute_type(list_, :t)', { ':t': s('L') }],
    ['word = :v', { ':v': s('abc') }],
    ['word <> :v AND nothing <> :v', { ':v': s('x') }],
    [
      'count_ > :v AND count_ >= :w AND count_ < :x',
      { ':v': n(4), ':w': n('5.0'), ':x': n('1e1') },
    ],
    ['count_ BETWEEN :v AND :w', { ':v': n(5), ':w': n(5) }],
    ['word IN (:v, :w)', { ':v': s('x'), ':w': s('abc') }],
    ['begins_with(word, :v) AND contains(word, :w)', { ':v': s('ab'), ':w': s('bc') }],
    ['contains(tags, :v) AND contains(list_, :w)', { ':v': s('b'), ':w': s('two') }],
    ['size(word) = :v AND size(tags) = :w AND size(list_) > :w', { ':v': n(3), ':w': n(2) }],
    ['size(bytes_) = :v', { ':v': n(3) }],
    ['NOT word = :v', { ':v': s('x') }],
    ['word = :v OR word = :w AND word = :x', { ':v': s('abc'), ':w': s('1'), ':x': s('2') }],
    [
      '(word = :v OR word = :w) AND (flag = :t)',
      { ':v': s('abc'), ':w': s('1'), ':t': { BOOL: true } },
    ],
    ['(word) = :v', { ':v': s('abc') }],
    [':v = word', { ':v': s('abc') }],
    ['tags = :v', { ':v': { SS: ['b', 'a'] } }],
    ['not word = :v and attribute_exists(pk)', { ':v': s('x') }],
  ])('%s holds', (...[expression, values]) => {
    expect(engine.refusal('UpdateItem', conditionRequest(expression, values))).toBe('not refused');
  });

  it.each<[string, object?]>([
    ['attribute_exists(nothing)'],
    ['nothing = :v', { ':v': s('x') }],
    ['nothing < :v', { ':v': s('x') }],
    ['word < :v', { ':v': n(1) }],
    ['word = :v', { ':v': n(1) }],
    ['size(count_) = :v', { ':v': n(1) }],
    ['begins_with(count_, :v)', { ':v': s('5') }],
    ['contains(tags, :v)', { ':v': n(1) }],
  ])('%s does not hold', (...[expression, values]) => {
    expect(engine.refusal('UpdateItem', conditionRequest(expression, values))).toBe(
      'ConditionalCheckFailedException: The conditional request failed',
    );
  });

  it.each<[string, string, object?]>([
    ['word = ', 'Syntax error; token: "<EOF>", near: "= "'],
    ['word ! :v', 'Syntax error; token: "!", near: "word ! :v"', { ':v': s('') }],
    ['(word = :v', 'Syntax error; token: "<EOF>", near: ":v"', { ':v': s('') }],
    ['_a = :v', 'Syntax error; token: "_", near: "_a"', { ':v': s('') }],
    ['word IN ()', 'Syntax error; token: ")", near: "()"'],
    ['((word = :v))', 'The expression has redundant parentheses;', { ':v': s('') }],
    [
      'status = :v',
      'Attribute name is a reserved keyword; reserved keyword: status',
      { ':v': s('') },
    ],
    [
      '#x = :v',
      'An expression attribute name used in the document path is not defined; attribute name: #x',
      { ':v': s('') },
    ],
    [
      'word = :v',
      'An expression attribute value used in expression is not defined; attribute value: :v',
    ],
    [
      'word = word',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [word]',
    ],
    [
      'word < :v',
      'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL',
      { ':v': { BOOL: true } },
    ],
    [
      'begins_with(word)',
      'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1',
    ],
    [
      'begins_with(word, :v)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
      { ':v': n(1) },
    ],
    ['nope(word)', 'Invalid function name; function: nope'],
    [
      'size(word)',
      'The function is not allowed to be used this way in an expression; function: size',
    ],
    [
      'if_not_exists(word, :v)',
      'The function is not allowed in a condition expression; function: if_not_exists',
      { ':v': n(1) },
    ],
    [
      'attribute_exists(:v)',
      'Operator or function requires a document path; operator or function: attribute_exists',
      { ':v': n(1) },
    ],
    [
      'attribute_type(word, :v)',
      'Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
      { ':v': s('X') },
    ],
    [
      'count_ BETWEEN :v AND :w',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}',
      { ':v': n(2), ':w': n(1) },
    ],
    ['', 'The expression can not be empty;'],
  ])('%s is refused', (...[expression, message, values]) => {
    expect(engine.refusal('UpdateItem', conditionRequest(expression, values))).toBe(
      `ValidationException: Invalid ConditionExpression: ${message}`,
    );
  });

  it('must use every placeholder', () => {
    expect(
      engine.refusal('UpdateItem', conditionRequest('attribute_exists(pk)', { ':v': n(1) })),
    ).toMatch(/ExpressionAttributeValues unused in expressions: keys: {:v}$/);
    expect(
      engine.refusal(
        'UpdateItem',
        conditionRequest('attribute_exists(pk)', undefined, { '#a': 'a' }),
      ),
    ).toMatch(/ExpressionAttributeNames unused in expressions: keys: {#a}$/);
  });
});

describe('an update', () => {
  function update(expression: string, values?: object) {
    const { Attributes } = engine.execute('UpdateItem', {
      TableName: 'simple',
      Key: { pk: s('item') },
      UpdateExpression: expression,
      ...(values && { ExpressionAttributeValues: values }),
      ReturnValues: 'ALL_NEW',
    });
    return Attributes as Record<string, unknown>;
  }
  const refusal = (expression: string, values?: object) =>
    engine.refusal('UpdateItem', {
      TableName: 'simple',
      Key: { pk: s('item') },
      UpdateExpression: expression,
      ...(values && { ExpressionAttributeValues: values }),
    });

  it.each<[string, string, unknown, object?]>([
    ['SET a = :v', 'a', s('new'), { ':v': s('new') }],
    ['SET count_ = count_ + :v', 'count_', n(8), { ':v': n(3) }],
    ['SET count_ = :v - count_', 'count_', n('-4.5'), { ':v': n('0.5') }],
    ['SET a = if_not_exists(a, count_)', 'a', n(5)],
    ['SET count_ = if_not_exists(count_, :v) + :v', 'count_', n(6), { ':v': n(1) }],
    [
      'SET list_ = list_append(:v, list_)',
      'list_',
      { L: [n(0), ...ITEM.list_.L] },
      { ':v': { L: [n(0)] } },
    ],
    [
      'SET list_[1] = :v, list_[9] = :v, list_[5] = :w',
      'list_',
      { L: [n(1), s('v'), { L: [s('deep')] }, s('w'), s('v')] },
      { ':v': s('v'), ':w': s('w') },
    ],
    ['REMOVE list_[0], list_[2]', 'list_', { L: [s('two')] }],
    [
      'SET list_[0] = :v REMOVE list_[1]',
      'list_',
      { L: [s('v'), { L: [s('deep')] }] },
      { ':v': s('v') },
    ],
    [
      'SET map_.within_.leaf = map_.within_.leaf + :v REMOVE map_.spare',
      'map_',
      { M: { within_: { M: { leaf: n(8) } } } },
      { ':v': n(1) },
    ],
    ['ADD count_ :v', 'count_', n(4), { ':v': n(-1) }],
    ['ADD fresh :v', 'fresh', n(2), { ':v': n(2) }],
    ['ADD tags :v', 'tags', { SS: ['a', 'b', 'c'] }, { ':v': { SS: ['b', 'c'] } }],
    ['DELETE tags :v', 'tags', { SS: ['b'] }, { ':v': { SS: ['a', 'x'] } }],
    ['DELETE tags :v', 'tags', undefined, { ':v': { SS: ['a', 'b'] } }],
    ['REMOVE nothing, word', 'word', undefined],
    ['SET a = word, word = count_', 'word', n(5)],
  ])('%s', (...[expression, name, expected, values]) => {
    expect(update(expression, values)[name]).toEqual(expected);
  });

  it.each<[string, string, object?]>([
    [
      'SET pk = :v',
      'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
      { ':v': s('') },
    ],
    [
      'SET a = nothing',
      'The provided expression refers to an attribute that does not exist in the item',
    ],
    [
      'SET nothing.a = :v',
      'The document path provided in the update expression is invalid for update',
      { ':v': s('') },
    ],
    [
      'SET word[0] = :v',
      'The document path provided in the update expression is invalid for update',
      { ':v': s('') },
    ],
    [
      'SET count_ = count_ + word',
      'An operand in the update expression has an incorrect data type',
    ],
    [
      'ADD word :v',
      'An operand in the update expression has an incorrect data type',
      { ':v': n(1) },
    ],
    [
      'SET count_ = count_ + :v',
      'Attempting to store more than 38 significant digits in a Number',
      { ':v': n('1e-38') },
    ],
    [
      'SET a = :v SET b = :v',
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
      { ':v': s('') },
    ],
    [
      'SET map_ = :v, map_.a = :v',
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [map_], path two: [map_, a]',
      { ':v': s('') },
    ],
    [
      'SET map_.a = :v, map_[0] = :v',
      'Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [map_, a], path two: [map_, [0]]',
      { ':v': s('') },
    ],
    [
      'ADD a :v',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND',
      { ':v': s('') },
    ],
    ['ADD a a', 'Invalid UpdateExpression: Syntax error; token: "a", near: "a a"'],
    [
      'INVALID SYNTAX HERE',
      'Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"',
    ],
    [
      'SET a = size(word)',
      'Invalid UpdateExpression: The function is not allowed in an update expression; function: size',
    ],
  ])('%s is refused', (...[expression, message, values]) => {
    expect(refusal(expression, values)).toBe(`ValidationException: ${message}`);
  });
});

it('a projection cuts maps and lists down, in their order', () => {
  const { Item } = engine.execute('GetItem', {
    TableName: 'simple',
    Key: { pk: s('item') },
    ProjectionExpression: 'map_.within_.leaf, list_[2][0], list_[0], nothing, #t',
    ExpressionAttributeNames: { '#t': 'word' },
  });
  expect(Item).toEqual({
    map_: { M: { within_: { M: { leaf: n(7) } } } },
    list_: { L: [n(1), { L: [s('deep')] }] },
    word: s('abc'),
  });
});

it('a name such as __proto__ is an ordinary attribute name', () => {
  engine.execute('UpdateItem', {
    TableName: 'simple',
    Key: { pk: s('odd') },
    UpdateExpression: 'SET #p = :v, #c = :v',
    ExpressionAttributeNames: { '#p': '__proto__', '#c': 'constructor' },
    ExpressionAttributeValues: { ':v': s('here') },
  });
  const { Item } = engine.execute('GetItem', { TableName: 'simple', Key: { pk: s('odd') } });
  expect(Object.entries(Item as object)).toEqual([
    ['pk', s('odd')],
    ['__proto__', s('here')],
    ['constructor', s('here')],
  ]);
  expect(engine.refusal('UpdateItem', conditionRequest('attribute_exists(toString)'))).toMatch(
    /ConditionalCheckFailed/,
  );
});

it('keys are not made up', () => {
  expect(engine.refusal('GetItem', { TableName: 'simple', Key: key('a') })).toBe(
    'ValidationException: The provided key element does not match the schema',
  );
});
