import { isModerator } from '../../../../functions/http/moderator.ts';
import { apiEvent, withClaims } from './exchange.ts';

const claim = { claim: 'cognito:groups', value: 'moderators' };
const held = (groups: unknown) => apiEvent(withClaims({ sub: 'a', 'cognito:groups': groups }));

describe('A moderator', () => {
  it.each([
    ['a list as API Gateway passes it', '[operators moderators]'],
    ['a list of one', '[moderators]'],
    ['a single value', 'moderators'],
    ['values that are separated by commas', 'operators,moderators'],
    ['a list', ['operators', 'moderators']],
  ])('has the value in the claim as %s', (_, groups) => {
    expect(isModerator(held(groups), claim)).toBe(true);
  });

  it.each([
    ['no claim', undefined],
    ['a longer value', '[moderators-of-music]'],
    ['another value', '[operators]'],
    ['an empty claim', ''],
    ['an object', { moderators: true }],
  ])('is nobody with %s', (_, groups) => {
    expect(isModerator(held(groups), claim)).toBe(false);
  });

  it('is nobody without a token, or with the value in another claim', () => {
    expect(isModerator(apiEvent(), claim)).toBe(false);
    expect(isModerator(held('[moderators]'), { ...claim, claim: 'groups' })).toBe(false);
  });
});
