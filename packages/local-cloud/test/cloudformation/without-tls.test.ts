import { withoutTls } from '../../src/cloudformation/without-tls.ts';

it('URLs of this machine have no TLS; other values stay', () => {
  const value = {
    Url: 'https://127.0.0.1:4510/v',
    List: ['a=https://127.0.0.1:1 b=https://127.0.0.1:2', 5, true, null],
    Other: ['https://example.com', 'https://127.0.0.1', 'https://127.0.0.1.evil.example:1'],
  };
  expect(withoutTls(value)).toEqual({
    Url: 'http://127.0.0.1:4510/v',
    List: ['a=http://127.0.0.1:1 b=http://127.0.0.1:2', 5, true, null],
    Other: value.Other,
  });
});
