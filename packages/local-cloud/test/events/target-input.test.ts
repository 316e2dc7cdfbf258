import { compileInput } from '../../src/events/target-input.ts';

const event = {
  version: '0' as const,
  id: 'e1',
  'detail-type': 'Video Ready',
  source: 'reelgate',
  account: '000000000000',
  time: '2026-01-02T03:04:05Z',
  region: 'us-east-1',
  resources: ['arn:r'],
  detail: { name: 'say "hi"', n: 5, list: [{ a: 1 }], 'dashed-name': true },
};
const facts = {
  event,
  ruleArn: 'arn:rule',
  ruleName: 'rule',
  ingestionTime: '2026-01-02T03:04:06Z',
};
const target = { Arn: 'arn:aws:sqs:us-east-1:000000000000:q', Id: 't' };
const input = (more: object) => compileInput({ ...target, ...more })(facts);
const transformed = (InputPathsMap: Record<string, string>, InputTemplate: string) =>
  input({ InputTransformer: { InputPathsMap, InputTemplate } });

describe('a target’s input', () => {
  it('is the event, a constant or a part of the event', () => {
    expect(JSON.parse(input({}))).toEqual(event);
    expect(input({ Input: '{"a":1}' })).toBe('{"a":1}');
    expect(input({ InputPath: '$.detail.list[0]' })).toBe('{"a":1}');
    expect(input({ InputPath: '$' })).toBe(JSON.stringify(event));
  });

  it('is a template whose variables are JSON values, or text inside quotes', () => {
    const paths = {
      name: '$.detail.name',
      n: '$.detail.n',
      all: '$.detail.list',
      type: "$['detail-type']",
    };
    const template = '{"who": <name>, "n": <n>, "all": <all>, "said": "<type>: <name> (<n>)"}';
    expect(JSON.parse(transformed(paths, template))).toEqual({
      who: 'say "hi"',
      n: 5,
      all: [{ a: 1 }],
      said: 'Video Ready: say "hi" (5)',
    });
  });

  it('has the variables of EventBridge', () => {
    const template =
      '{"rule": <aws.events.rule-arn>, "at": "<aws.events.event.ingestion-time>", "event": <aws.events.event>}';
    expect(JSON.parse(transformed({}, template))).toEqual({
      rule: 'arn:rule',
      at: '2026-01-02T03:04:06Z',
      event,
    });
  });

  it('is empty for a path without a value', () => {
    expect(transformed({ x: '$.detail.absent' }, '{"x": <x>, "y": "[<x>]"}')).toBe(
      '{"x": "", "y": "[]"}',
    );
  });

  it('with an unknown variable or an unsupported path is refused', () => {
    expect(() => transformed({ a: '$.a' }, '<b>')).toThrow('<b>');
    for (const InputPath of ['detail', '$.a[*]', '$..a', '$.a[?(@.b)]', '$.'])
      expect(() => input({ InputPath })).toThrow('is not supported');
  });
});
