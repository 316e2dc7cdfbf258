import { BlockList, isIP } from 'node:net';
import { PolicyError } from './policy-error.ts';
import { type Context, compilePattern } from './policy-pattern.ts';

/** Whether a value of the request matches a value of the policy; undefined if they cannot be compared. */
export type Comparison = (value: string, context: Context) => boolean | undefined;

export interface Operator {
  /** Negated operators such as `StringNotEquals`: true if no value of the policy matches. */
  readonly negated: boolean;
  /** Validates a value of the policy when the policy is loaded. */
  readonly compile: (policyValue: string) => Comparison;
}

const text =
  (wildcards: boolean, ignoreCase: boolean) =>
  (policyValue: string): Comparison => {
    const pattern = compilePattern(policyValue, { wildcards, ignoreCase });
    return (value, context) => pattern.matches(value, context);
  };

/** ArnEquals and ArnLike are the same: wildcards apply to each of the six parts separately. */
const arn = (policyValue: string): Comparison => {
  if (policyValue === '*') return () => true;
  const parts = arnParts(policyValue);
  if (!parts)
    throw new PolicyError(`Expected an ARN with six parts, or "*"; got "${policyValue}".`);
  const patterns = parts.map((part) => compilePattern(part, { wildcards: true }));
  return (value, context) => {
    const given = arnParts(value);
    return given?.every((part, index) => patterns[index]?.matches(part, context));
  };
};

function arnParts(value: string): readonly string[] | undefined {
  // A variable can contain a colon: ${aws:PrincipalArn}
  const parts = value.match(/(?:\$\{[^}]*\}|[^:])*(?::|$)/g)?.filter(Boolean) ?? [];
  const trimmed = parts.map((part, index) => (index < parts.length - 1 ? part.slice(0, -1) : part));
  if (trimmed[0] !== 'arn' || trimmed.length < 6) return undefined;
  return [...trimmed.slice(0, 5), trimmed.slice(5).join(':')];
}

const bool = (policyValue: string): Comparison => {
  if (policyValue !== 'true' && policyValue !== 'false') {
    throw new PolicyError(`"true" or "false" is wanted, got "${policyValue}".`);
  }
  return (value) => value.toLowerCase() === policyValue;
};

const compared =
  (
    read: (text: string) => number,
    wanted: string,
    agree: (given: number, limit: number) => boolean,
  ) =>
  (policyValue: string): Comparison => {
    const limit = read(policyValue);
    if (Number.isNaN(limit)) throw new PolicyError(`${wanted} is wanted, got "${policyValue}".`);
    return (value) => {
      const given = read(value);
      return Number.isNaN(given) ? undefined : agree(given, limit);
    };
  };

const number = (source: string) => (source.trim() === '' ? Number.NaN : Number(source));
/** ISO 8601, or seconds since the epoch. */
const instant = (source: string) =>
  /^\d+$/.test(source) ? Number(source) * 1000 : Date.parse(source);

const address = (policyValue: string): Comparison => {
  const [net = '', bits] = policyValue.split('/');
  const family = isIP(net);
  if (family === 0) throw new PolicyError(`An IP address or CIDR is wanted, got "${policyValue}".`);
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(net, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), type);
  return (value) =>
    isIP(value) === 0 ? undefined : list.check(value, isIP(value) === 4 ? 'ipv4' : 'ipv6');
};

const plain = (compile: Operator['compile']): Operator => ({ negated: false, compile });
const negated = (compile: Operator['compile']): Operator => ({ negated: true, compile });

function ordered(prefix: string, read: (text: string) => number, wanted: string) {
  const compare = (agree: (given: number, limit: number) => boolean) =>
    compared(read, wanted, agree);
  return {
    [`${prefix}Equals`]: plain(compare((a, b) => a === b)),
    [`${prefix}NotEquals`]: negated(compare((a, b) => a === b)),
    [`${prefix}LessThan`]: plain(compare((a, b) => a < b)),
    [`${prefix}LessThanEquals`]: plain(compare((a, b) => a <= b)),
    [`${prefix}GreaterThan`]: plain(compare((a, b) => a > b)),
    [`${prefix}GreaterThanEquals`]: plain(compare((a, b) => a >= b)),
  };
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * without BinaryEquals (no supported key is binary) and Null, which only checks whether a key has a value.
 */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: plain(text(false, false)),
  StringNotEquals: negated(text(false, false)),
  StringEqualsIgnoreCase: plain(text(false, true)),
  StringNotEqualsIgnoreCase: negated(text(false, true)),
  StringLike: plain(text(true, false)),
  StringNotLike: negated(text(true, false)),
  ...ordered('Numeric', number, 'A number'),
  ...ordered('Date', instant, 'A date (ISO 8601 or seconds since 1970)'),
  Bool: plain(bool),
  IpAddress: plain(address),
  NotIpAddress: negated(address),
  ArnEquals: plain(arn),
  ArnLike: plain(arn),
  ArnNotEquals: negated(arn),
  ArnNotLike: negated(arn),
};
