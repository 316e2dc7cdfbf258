/** A number with three significant digits and grouped thousands; whole numbers keep all digits. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(value, 0);
  const size = Math.abs(value);
  if (size >= 100) return grouped(value, 0);
  if (size >= 10) return grouped(value, 1);
  if (size >= 1) return grouped(value, 2);
  return String(Number(value.toPrecision(3)));
}

/** A number with its unit: `1,024 bytes`, `3.2×`, `$0.27`. */
export function withUnit(value: number, unit: string): string {
  if (unit === '$') return `$${numberText(value)}`;
  if (unit === '×') return `${numberText(value)}×`;
  return unit === '' ? numberText(value) : `${numberText(value)} ${unit}`;
}

function grouped(value: number, digits: number): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
