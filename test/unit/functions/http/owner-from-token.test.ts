import { ownerFromToken } from '../../../../functions/http/owner-from-token.ts';
import { exchange, refusal, withClaims } from './exchange.ts';

const { before: authenticate } = ownerFromToken();
const id = { sub: 'auth0|17' };

describe('The owner of a request', () => {
  it.each([
    ['an access token of Cognito', { token_use: 'access' }],
    [
      'an access token of Cognito with an application’s claims',
      { token_use: 'access', aud: 'app' },
    ],
    ['an access token of RFC 9068, by scope', { scope: 'openid' }],
    ['an access token of RFC 9068, by client_id', { client_id: 'app' }],
    ['an access token of an issuer that uses scp', { scp: ['uploads'] }],
  ])('is the subject of %s, encoded for keys', (_, claims) => {
    const request = exchange(withClaims({ ...id, ...claims }));
    authenticate(request);
    expect(request.event.owner).toEqual({ subject: 'auth0|17', owner: 'YXV0aDB8MTc' });
  });

  it.each([
    ['an ID token', 'id'],
    ['a refresh token', 'refresh'],
    ['an empty token_use', ''],
    ['another spelling', 'Access'],
    ['a value that is no text', true],
    ['a list', ['access']],
    ['null', null],
  ])('is refused for a token_use that is %s, whatever other claims there are', (_, token_use) => {
    const request = exchange(withClaims({ ...id, token_use, scope: 'openid', client_id: 'app' }));
    expect(refusal(() => authenticate(request))).toBe('unauthenticated');
    expect(request.event.owner).toBeUndefined();
  });

  const NO_TOKEN = 'The request has no token with a subject.';
  const NO_ACCESS = 'The token is not an access token; send the access token, not the id token.';
  const access = { token_use: 'access' };

  it.each([
    ['no token', exchange(), NO_TOKEN],
    ['no claims', exchange({ requestContext: { authorizer: { jwt: {} } } }), NO_TOKEN],
    ['no JWT authorizer', exchange({ requestContext: { authorizer: {} } }), NO_TOKEN],
    ['no subject', exchange(withClaims(access)), NO_TOKEN],
    ['a subject that is a number', exchange(withClaims({ sub: 17, ...access })), NO_TOKEN],
    [
      'an ID token of another issuer',
      exchange(withClaims({ ...id, nonce: 'n', aud: 'a' })),
      NO_ACCESS,
    ],
    ['an ID token of Cognito', exchange(withClaims({ ...id, token_use: 'id' })), NO_ACCESS],
    ['an empty subject', exchange(withClaims({ sub: '', ...access })), /subject/],
    ['513 bytes', exchange(withClaims({ sub: 'x'.repeat(513), ...access })), /513/],
    ['a lone surrogate', exchange(withClaims({ sub: '\ud800', ...access })), /surrogate/],
  ])('is refused with a reason for %s', (_, request, detail) => {
    expect(() => authenticate(request)).toThrow(
      expect.objectContaining({
        code: 'unauthenticated',
        details: { detail: typeof detail === 'string' ? detail : expect.stringMatching(detail) },
      }),
    );
    expect(request.event.owner).toBeUndefined();
  });
});
