import * as z from 'zod/mini';
import { check } from '../../../../core/validation/check.ts';

describe('Checking a value against a schema', () => {
  it('returns the parsed value', () => {
    expect(check(z.object({ size: z.number() }), { size: 1 })).toEqual({
      success: true,
      data: { size: 1 },
    });
  });

  it('says in English what was expected and what came', () => {
    const { error } = check(z.object({ size: z.number() }), { size: 'x' });
    expect(error?.issues).toMatchObject([
      { path: ['size'], message: 'Invalid input: expected number, received string' },
    ]);
  });
});
