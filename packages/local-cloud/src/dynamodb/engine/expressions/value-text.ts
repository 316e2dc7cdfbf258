import { type AttributeValue, typeOf } from '../values/attribute-value.ts';

/** As DynamoDB writes a value in its errors: `AttributeValue: {S:abc}`. */
export function valueText(value: AttributeValue): string {
  const [content] = Object.values(value);
  const text = typeof content === 'object' ? JSON.stringify(content) : String(content);
  return `AttributeValue: {${typeOf(value)}:${text}}`;
}
