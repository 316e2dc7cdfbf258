import { ownerFromCapability } from '../../../../functions/http/owner-from-capability.ts';
import { exchange, withClaims } from './exchange.ts';

const owner = { owner: 'YQ', subject: 'a' };

function finding(found: object | undefined) {
  const asked: string[] = [];
  const find = async (capability: string) => {
    asked.push(capability);
    return found as typeof owner | undefined;
  };
  return { asked, authenticate: ownerFromCapability(find) };
}

const withCapability = (more = {}) =>
  exchange({ ...more, pathParameters: { capability: 'secret' } });

describe('A capability in the path', () => {
  it('identifies its owner, and nothing else of its record is kept', async () => {
    const { authenticate, asked } = finding({ ...owner, expiresAt: 1 });
    const request = withCapability();
    await authenticate.before(request);
    expect([asked, request.event.owner]).toEqual([['secret'], owner]);
  });

  it('counts and not the token beside it', async () => {
    const { authenticate } = finding(owner);
    const request = withCapability(withClaims({ sub: 'b', token_use: 'access' }));
    await authenticate.before(request);
    expect(request.event.owner).toEqual(owner);
  });

  it('that is unknown is refused, even with a valid token beside it', async () => {
    const { authenticate } = finding(undefined);
    const request = withCapability(withClaims({ sub: 'b', token_use: 'access' }));
    await expect(authenticate.before(request)).rejects.toMatchObject({
      code: 'unauthenticated',
      details: {
        detail: 'This companion session does not exist or has expired; create a new one.',
      },
    });
    expect(request.event.owner).toBeUndefined();
  });
});

describe('A route without a capability in its path', () => {
  it('takes the owner from the token', async () => {
    const { authenticate, asked } = finding(owner);
    const request = exchange(withClaims({ sub: 'b', token_use: 'access' }));
    await authenticate.before(request);
    expect([asked, request.event.owner?.subject]).toEqual([[], 'b']);
  });

  it('refuses a request without a token', async () => {
    const { authenticate } = finding(owner);
    await expect(authenticate.before(exchange())).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});
