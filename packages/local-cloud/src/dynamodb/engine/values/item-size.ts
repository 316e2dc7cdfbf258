import type { AttributeMap, AttributeValue } from './attribute-value.ts';

/**
 * An item's size in bytes as DynamoDB counts it, names included:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: AttributeMap): number {
  let size = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) size += textSize(name) + valueSize(value);
  }
  return size;
}

/** A list or map takes 3 bytes, and 1 for each element. */
const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

function valueSize(value: AttributeValue): number {
  if ('S' in value) return textSize(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return binarySize(value.B);
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('SS' in value) return total(value.SS, textSize);
  if ('NS' in value) return total(value.NS, numberSize);
  if ('BS' in value) return total(value.BS, binarySize);
  if ('L' in value) {
    return CONTAINER_BYTES + total(value.L, (element) => ELEMENT_BYTES + valueSize(element));
  }
  const { M } = value;
  return CONTAINER_BYTES + ELEMENT_BYTES * Object.keys(M).length + itemSize(M);
}

export function textSize(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

export function binarySize(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

/** One byte for two significant digits, one more, and one for a minus sign. */
function numberSize(text: string): number {
  const negative = text.startsWith('-');
  const digits = text.replace(/^-?0*\.?0*/, '').replace('.', '');
  const significant = text.includes('.') ? digits : digits.replace(/0+$/, '');
  return Math.ceil(significant.length / 2) + 1 + (negative ? 1 : 0);
}

function total<T>(elements: readonly T[], size: (element: T) => number): number {
  let sum = 0;
  for (const element of elements) sum += size(element);
  return sum;
}
