import { ownerFromToken } from '../../../../functions/http/owner-from-token.ts';
import { exchange, refusal, withClaims } from './exchange.ts';

const owner = ownerFromToken();

describe('the owner of a request', () => {
  it('is the subject of the access token, encoded for keys', () => {
    const request = exchange(withClaims({ sub: 'auth0|17', token_use: 'access' }));
    owner.before(request);
    expect(request.event.owner).toEqual({ subject: 'auth0|17', owner: 'YXV0aDB8MTc' });
  });

  it('is taken from tokens of issuers without token_use, if they have what only access tokens have', () => {
    const request = exchange(withClaims({ sub: 'a', scope: 'openid' }));
    owner.before(request);
    expect(request.event.owner?.subject).toBe('a');
  });

  it.each([
    ['no token at all', exchange()],
    ['a token without a subject', exchange(withClaims({ token_use: 'access' }))],
    ['an id token of Cognito', exchange(withClaims({ sub: 'a', token_use: 'id' }))],
    ['an id token of another issuer', exchange(withClaims({ sub: 'a', nonce: 'n', aud: 'app' }))],
    ['a subject that is no text', exchange(withClaims({ sub: 17, token_use: 'access' }))],
    ['an empty subject', exchange(withClaims({ sub: '', token_use: 'access' }))],
    ['a subject of 513 bytes', exchange(withClaims({ sub: 'x'.repeat(513), token_use: 'access' }))],
  ])('is refused for %s', (_, request) => {
    expect(refusal(() => owner.before(request))).toBe('unauthenticated');
    expect(request.event.owner).toBeUndefined();
  });
});
