import { canBeSentAgain, isTombstone } from '../../../../core/uploads/tombstone.ts';

describe('A tombstone', () => {
  it('is an object without a byte, which no file can be', () => {
    expect([isTombstone({ size: 0 }), isTombstone({ size: 1 })]).toEqual([true, false]);
  });

  it('is needed only where a grant creates the source by itself', () => {
    expect(canBeSentAgain({ method: 'put' })).toBe(true);
    expect(canBeSentAgain({ method: 'post' })).toBe(false);
    expect(canBeSentAgain({})).toBe(false);
  });
});
