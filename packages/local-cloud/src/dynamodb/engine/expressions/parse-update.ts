import type { PathExpression, SetValue, UpdateExpression } from './ast.ts';
import { TokenReader } from './token-reader.ts';

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html */
export function parseUpdate(text: string): UpdateExpression {
  const reader = new TokenReader('UpdateExpression', text);
  const set: { path: PathExpression; value: SetValue }[] = [];
  const remove: PathExpression[] = [];
  const add: { path: PathExpression; placeholder: string }[] = [];
  const removed: { path: PathExpression; placeholder: string }[] = [];
  const seen = new Set<string>();

  function actions(action: () => void): void {
    do action();
    while (reader.takeSymbol(','));
  }

  const readers = {
    SET: () => actions(() => set.push(assignment())),
    REMOVE: () => actions(() => remove.push(reader.path())),
    ADD: () => actions(() => add.push(pathAndValue())),
    DELETE: () => actions(() => removed.push(pathAndValue())),
  };

  function pathAndValue() {
    const path = reader.path();
    if (reader.token.kind !== ':value') throw reader.syntaxError();
    return { path, placeholder: reader.next().text };
  }

  function assignment() {
    const path = reader.path();
    reader.expectSymbol('=');
    return { path, value: setValue() };
  }

  function setValue(): SetValue {
    const left = term();
    for (const operator of ['+', '-'] as const) {
      if (reader.takeSymbol(operator)) {
        if (left.kind === 'arithmetic') throw reader.syntaxError();
        const right = term();
        if (right.kind === 'arithmetic') throw reader.syntaxError();
        return { kind: 'arithmetic', operator, left, right };
      }
    }
    return left;
  }

  function term(): SetValue {
    if (!reader.takeSymbol('(')) return reader.operand();
    const value = setValue();
    reader.expectSymbol(')');
    return value;
  }

  while (reader.token.kind !== 'end') {
    const section = SECTIONS.find((name) => reader.isKeyword(name));
    if (section === undefined) throw reader.syntaxError();
    if (seen.has(section)) {
      throw reader.error(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    reader.next();
    readers[section]();
  }
  return { set, remove, add, delete: removed };
}
