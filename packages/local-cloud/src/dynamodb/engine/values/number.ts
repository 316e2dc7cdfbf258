import { validationError } from '../errors.ts';

/** Limits: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const MAX_SIGNIFICANT_DIGITS = 38;
/** 9.99…E+125 is 0.999… times 10^126. */
const MAX_EXPONENT = 126;
/** 1E-130 is 0.1 times 10^-129. */
export const MIN_EXPONENT = -129;

/** A decimal number: 0.digits times 10^exponent. Zero has no digits; digits have no zero at either end. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** Integers that are in normal form already: most numbers. */
const NORMAL_INTEGER = /^(?:0|-?[1-9]\d{0,37})$/;

/** Reads a number as a request has it. Throws ValidationException for what DynamoDB cannot store. */
export function parseDecimal(text: string): Decimal {
  const parts = NUMBER.exec(text);
  const [, sign = '', whole = '', fraction = '', power = '0'] = parts ?? [];
  if (parts === null || whole + fraction === '') {
    throw validationError(
      `The parameter cannot be converted to a numeric value${text === '' ? '' : `: ${text}`}`,
    );
  }
  return checked(decimal(sign === '-', whole + fraction, whole.length + Number(power)));
}

/** The number in normal form: no exponent, no zeros at either end that mean nothing, no `-0`. */
export function normalizeNumber(text: string): string {
  return NORMAL_INTEGER.test(text) ? text : formatDecimal(parseDecimal(text));
}

function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent <= 0) return `${sign}0.${'0'.repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return sign + digits.padEnd(exponent, '0');
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** Both in normal form. Throws ValidationException where the result has more than 38 digits or is out of range. */
export function addNumbers(left: string, right: string): string {
  return combine(parseDecimal(left), parseDecimal(right), 1n);
}

export function subtractNumbers(left: string, right: string): string {
  return combine(parseDecimal(left), parseDecimal(right), -1n);
}

/** Texts this short are exact as floating point numbers. */
const MAX_EXACT_LENGTH = 15;

/** Order of two numbers in normal form: negative, 0 or positive. */
export function compareNumbers(left: string, right: string): number {
  if (left === right) return 0;
  if (left.length <= MAX_EXACT_LENGTH && right.length <= MAX_EXACT_LENGTH) {
    return Number(left) - Number(right);
  }
  return compareDecimals(parseDecimal(left), parseDecimal(right));
}

function compareDecimals(left: Decimal, right: Decimal): number {
  const signs = signOf(left) - signOf(right);
  if (signs !== 0) return signs;
  const magnitude =
    left.exponent - right.exponent ||
    (left.digits < right.digits ? -1 : left.digits > right.digits ? 1 : 0);
  return left.negative ? -magnitude : magnitude;
}

function signOf({ negative, digits }: Decimal): number {
  return digits === '' ? 0 : negative ? -1 : 1;
}

function combine(left: Decimal, right: Decimal, factor: 1n | -1n): string {
  // The place of the last digit that either number has.
  const scale = Math.min(left.exponent - left.digits.length, right.exponent - right.digits.length);
  const sum = scaled(left, scale) + factor * scaled(right, scale);
  const text = (sum < 0n ? -sum : sum).toString();
  return formatDecimal(checked(decimal(sum < 0n, text, text.length + scale)));
}

function scaled({ negative, digits, exponent }: Decimal, scale: number): bigint {
  if (digits === '') return 0n;
  const value = BigInt(digits.padEnd(exponent - scale, '0'));
  return negative ? -value : value;
}

/** @param exponent where the decimal point stands, counted from the first of `digits` */
function decimal(negative: boolean, digits: string, exponent: number): Decimal {
  let first = 0;
  while (digits[first] === '0') first += 1;
  let end = digits.length;
  while (end > first && digits[end - 1] === '0') end -= 1;
  if (first === end) return { negative: false, digits: '', exponent: 0 };
  return { negative, digits: digits.slice(first, end), exponent: exponent - first };
}

function checked(number: Decimal): Decimal {
  if (number.digits === '') return number;
  if (number.digits.length > MAX_SIGNIFICANT_DIGITS) {
    throw validationError('Attempting to store more than 38 significant digits in a Number');
  }
  if (number.exponent > MAX_EXPONENT) {
    throw validationError(
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
  }
  if (number.exponent < MIN_EXPONENT) {
    throw validationError(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  return number;
}
