import { companionBatchSchema } from '../../../../core/contract/companion.ts';
import {
  companionOperationOf,
  companionRoutes,
} from '../../../../core/contract/companion-routes.ts';

describe('A route key of the HTTP API', () => {
  it.each(companionRoutes)('leads to the operation $operation below both base paths', (route) => {
    const { operation, method, path } = route;
    expect(companionOperationOf(`${method} /v1/companion${path}`)).toBe(operation);
    expect(companionOperationOf(`${method} /companion/{capability}${path}`)).toBe(operation);
  });

  it.each([
    'POST /v1/companion/s3/params',
    'GET /companion/s3/params',
    'GET /v1/companion/s3/params/',
    'GET /s3/params',
    '$default',
    '',
  ])('leads to no operation if it is %j', (routeKey) => {
    expect(companionOperationOf(routeKey)).toBeUndefined();
  });
});

describe('The part numbers of a batch', () => {
  const parse = (partNumbers: string) => companionBatchSchema.safeParse({ key: 'k', partNumbers });

  it('are separated by commas', () => {
    expect(parse('3,1,10000').data?.partNumbers).toEqual([3, 1, 10_000]);
    expect(parse(Array.from({ length: 1_000 }, (_, i) => i + 1).join()).success).toBe(true);
  });

  it.each([
    '',
    '0',
    '10001',
    '1,',
    ',1',
    '1 2',
    '1.5',
    Array.from({ length: 1_001 }, (_, index) => index + 1).join(),
  ])('are not %j', (partNumbers) => {
    expect(parse(partNumbers).success).toBe(false);
  });
});
