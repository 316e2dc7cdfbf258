import fc from 'fast-check';
import { compileConditions } from '../../src/iam/condition.ts';
import { compilePolicy } from '../../src/iam/policy-document.ts';
import { compilePattern } from '../../src/iam/policy-pattern.ts';

const holds = (operator: string, key: string, values: string | string[], context: object) =>
  compileConditions({ [operator]: { [key]: [values].flat() } }).every((condition) =>
    condition(context as Record<string, string>),
  );

describe('a condition', () => {
  const IP = { 'aws:sourceip': '10.1.2.3' };
  const ROLE = { 'aws:principalarn': 'arn:aws:iam::000000000000:role/worker' };
  it.each([
    ['StringEquals', 's3:prefix', 'a', { 's3:prefix': 'a' }, true],
    ['StringEquals', 's3:prefix', ['b', 'a'], { 's3:prefix': 'a' }, true],
    ['StringEquals', 's3:prefix', 'a*', { 's3:prefix': 'ab' }, false],
    ['StringEquals', 's3:prefix', 'a', {}, false],
    ['StringEqualsIfExists', 's3:prefix', 'a', {}, true],
    ['StringEqualsIfExists', 's3:prefix', 'a', { 's3:prefix': 'b' }, false],
    ['StringNotEquals', 's3:prefix', ['a', 'b'], { 's3:prefix': 'b' }, false],
    ['StringNotEquals', 's3:prefix', 'a', {}, true],
    ['StringEqualsIgnoreCase', 's3:prefix', 'A', { 's3:prefix': 'a' }, true],
    ['StringLike', 's3:prefix', 'a*', { 's3:prefix': 'ab' }, true],
    ['StringNotLike', 's3:prefix', 'a*', { 's3:prefix': 'ab' }, false],
    ['NumericLessThanEquals', 's3:max-keys', '10', { 's3:max-keys': '10' }, true],
    ['NumericLessThan', 's3:max-keys', '10', { 's3:max-keys': '9' }, true],
    ['NumericGreaterThan', 's3:max-keys', '10', { 's3:max-keys': '9' }, false],
    ['NumericNotEquals', 's3:max-keys', '10', { 's3:max-keys': 'ten' }, false],
    [
      'DateGreaterThan',
      'aws:CurrentTime',
      '2025-01-01T00:00:00Z',
      { 'aws:currenttime': '2026-01-01T00:00:00Z' },
      true,
    ],
    ['DateLessThan', 'aws:EpochTime', '1700000000', { 'aws:epochtime': '1700000001' }, false],
    ['Bool', 'aws:SecureTransport', 'false', { 'aws:securetransport': 'true' }, false],
    ['Bool', 'aws:SecureTransport', 'true', { 'aws:securetransport': 'true' }, true],
    ['IpAddress', 'aws:SourceIp', '10.1.0.0/16', IP, true],
    ['NotIpAddress', 'aws:SourceIp', ['10.1.0.0/16', '::1'], IP, false],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/work*', ROLE, true],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:*:::role/worker', ROLE, false],
    ['ArnNotEquals', 'aws:PrincipalArn', 'arn:aws:iam::000000000000:role/worker', ROLE, false],
    ['Null', 's3:if-none-match', 'true', {}, true],
    ['Null', 's3:if-none-match', 'false', {}, false],
    [
      'ForAllValues:StringEquals',
      'dynamodb:LeadingKeys',
      ['a', 'b'],
      { 'dynamodb:leadingkeys': ['a'] },
      true,
    ],
    [
      'ForAllValues:StringEquals',
      'dynamodb:LeadingKeys',
      'a',
      { 'dynamodb:leadingkeys': ['a', 'c'] },
      false,
    ],
    ['ForAllValues:StringEquals', 'dynamodb:LeadingKeys', 'a', {}, true],
    [
      'ForAnyValue:StringEquals',
      'dynamodb:LeadingKeys',
      'a',
      { 'dynamodb:leadingkeys': ['a', 'c'] },
      true,
    ],
    ['ForAnyValue:StringNotEquals', 'dynamodb:LeadingKeys', 'a', {}, false],
  ])('%s on %s with %j and %j: %s', (operator, key, values, context, expected) => {
    expect(holds(operator, key, values, context)).toBe(expected);
  });

  it.each([
    ['StringIs', 's3:prefix', 'a', /operator "StringIs" is not supported/],
    ['BinaryEquals', 's3:prefix', 'a', /operator "BinaryEquals" is not supported/],
    ['NullIfExists', 's3:prefix', 'true', /operator "NullIfExists" is not supported/],
    ['toString', 's3:prefix', 'a', /operator "toString" is not supported/],
    ['StringEquals', 'aws:Favourite', 'a', /key "aws:Favourite" is not supported/],
    ['NumericEquals', 's3:max-keys', 'many', /A number is wanted, got "many"/],
    ['DateEquals', 'aws:CurrentTime', 'soon', /A date .* is wanted, got "soon"/],
    ['IpAddress', 'aws:SourceIp', 'home', /IP address or CIDR is wanted, got "home"/],
    ['ArnLike', 'aws:SourceArn', 'x', /ARN with six parts, or "\*"; got "x"/],
    ['Bool', 'aws:SecureTransport', 'yes', /"true" or "false" is wanted, got "yes"/],
    ['StringLike', 's3:prefix', `\${aws:Nobody}/*`, /variable \$\{aws:Nobody\} is not supported/],
  ])('%s on %s with %s is refused when it is loaded', (operator, key, value, message) => {
    expect(() => holds(operator, key, value, {})).toThrow(message);
  });
});

describe('a pattern', () => {
  it('without wildcards matches itself and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, value) => {
        fc.pre(!pattern.includes('${'));
        const { matches } = compilePattern(pattern, { wildcards: false });
        expect(matches(pattern, {})).toBe(true);
        expect(matches(value, {})).toBe(value === pattern);
      }),
    );
  });

  it('with a star matches any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, between, after) => {
        fc.pre(!/[*?$]/.test(before + after));
        const { matches } = compilePattern(`${before}*${after}`, { wildcards: true });
        expect(matches(before + between + after, {})).toBe(true);
      }),
    );
  });

  it('uses the value of a variable literally, including its wildcards', () => {
    const { matches } = compilePattern(`home/\${s3:prefix}/*`, { wildcards: true });
    expect(matches('home/a/x', { 's3:prefix': 'a' })).toBe(true);
    expect(matches('home/a/x', { 's3:prefix': '*' })).toBe(false);
    expect(matches('home//x', {})).toBe(false);
  });

  it('uses the default of a variable without value', () => {
    const { matches } = compilePattern(`\${s3:prefix, 'shared'}`, { wildcards: true });
    expect(matches('shared', {})).toBe(true);
    expect(matches('shared', { 's3:prefix': 'own' })).toBe(false);
  });
});

describe('a document is refused as a whole', () => {
  const base = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  it.each([
    ['an old version', { Version: '2008-10-17', Statement: [base] }, /Version/],
    ['an unknown element', { Version: '2012-10-17', Statement: [{ ...base, Mood: 'x' }] }, /Mood/],
    [
      'no action',
      { Version: '2012-10-17', Statement: [{ ...base, Action: undefined }] },
      /exactly one of Action and NotAction/,
    ],
    [
      'both resources',
      { Version: '2012-10-17', Statement: [{ ...base, NotResource: '*' }] },
      /exactly one of Resource and NotResource/,
    ],
    [
      'an action without service',
      { Version: '2012-10-17', Statement: [{ ...base, Action: 'Put' }] },
      /expected an action/,
    ],
    [
      'a resource that is no ARN',
      { Version: '2012-10-17', Statement: [{ ...base, Resource: 'videos' }] },
      /expected a resource/,
    ],
    [
      'a principal in an identity policy',
      { Version: '2012-10-17', Statement: [{ ...base, Principal: '*' }] },
      /cannot have a Principal/,
    ],
  ])('for %s', (_, document, message) => {
    expect(() => compilePolicy(document, 'identity', 'P')).toThrow(message);
  });

  it.each([
    ['no principal', base, /exactly one of Principal and NotPrincipal/],
    ['a federated principal', { ...base, Principal: { Federated: 'x' } }, /Federated/],
    ['a foreign account', { ...base, Principal: { AWS: '111111111111' } }, /expected a Principal/],
  ])('for %s in a resource policy', (_, statement, message) => {
    const document = { Version: '2012-10-17', Statement: [statement] };
    expect(() => compilePolicy(document, 'resource', 'P')).toThrow(message);
  });
});
