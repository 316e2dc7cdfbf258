import { isArray, isObject, type Json } from '../language/json.ts';
import { expressionIn } from './jsonata.ts';

export interface Expression {
  readonly source: string;
  /** Its place in the state: `Output/result`, `Arguments/list[0]`. */
  readonly location: string;
}

/** All expressions in a value, in the order of evaluation. */
export function expressionsIn(value: Json, location: string): Expression[] {
  if (typeof value === 'string') {
    const source = expressionIn(value);
    return source === undefined ? [] : [{ source, location }];
  }
  if (isArray(value))
    return value.flatMap((item, index) => expressionsIn(item, `${location}[${index}]`));
  if (isObject(value))
    return Object.entries(value).flatMap(([key, member]) =>
      expressionsIn(member, `${location}/${key}`),
    );
  return [];
}

/** Replaces every expression in a value with the result of `evaluate`. */
export async function fillTemplate(
  value: Json,
  location: string,
  evaluate: (expression: Expression) => Promise<Json>,
): Promise<Json> {
  if (typeof value === 'string') {
    const source = expressionIn(value);
    return source === undefined ? value : evaluate({ source, location });
  }
  if (isArray(value)) {
    const items: Json[] = [];
    for (const [index, item] of value.entries())
      items.push(await fillTemplate(item, `${location}[${index}]`, evaluate));
    return items;
  }
  if (isObject(value)) {
    const members: [string, Json][] = [];
    for (const [key, member] of Object.entries(value))
      members.push([key, await fillTemplate(member, `${location}/${key}`, evaluate)]);
    return Object.fromEntries(members);
  }
  return value;
}
