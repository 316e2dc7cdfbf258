import { ownerFromCapability } from '../../../../functions/http/owner-from-capability.ts';
import { exchange, withClaims } from './exchange.ts';

const stored = { owner: 'YQ', subject: 'a', pk: 'CAPABILITY#hash' };
const owner = { owner: 'YQ', subject: 'a', capability: 'CAPABILITY#hash' };

function finding(found: object | undefined) {
  const asked: string[] = [];
  const find = async (capability: string) => {
    asked.push(capability);
    return found as typeof stored | undefined;
  };
  return { asked, authenticate: ownerFromCapability(find) };
}

const withCapability = (more = {}) =>
  exchange({ ...more, pathParameters: { capability: 'secret' } });

describe('A capability in the path', () => {
  it('identifies its owner and the capability by its hash, and nothing else of its record is kept', async () => {
    const { authenticate, asked } = finding({ ...stored, expiresAt: 1 });
    const request = withCapability();
    await authenticate.before(request);
    expect([asked, request.event.owner]).toEqual([['secret'], owner]);
  });

  it('counts and not the token beside it', async () => {
    const { authenticate } = finding(stored);
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
    const { authenticate, asked } = finding(stored);
    const request = exchange(withClaims({ sub: 'b', token_use: 'access' }));
    await authenticate.before(request);
    expect([asked, request.event.owner?.subject]).toEqual([[], 'b']);
  });

  it('refuses a request without a token', async () => {
    const { authenticate } = finding(stored);
    await expect(authenticate.before(exchange())).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});
