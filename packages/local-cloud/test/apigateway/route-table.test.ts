import fc from 'fast-check';
import { RouteTable } from '../../src/apigateway/route-table.ts';

function table(...keys: string[]) {
  const routes = new RouteTable<string>();
  for (const key of keys) routes.add(key, key);
  return routes;
}

describe('routes', () => {
  // The example in the documentation of AWS.
  const pets = table(
    'GET /pets/dog/1',
    'GET /pets/dog/{id}',
    'GET /pets/{proxy+}',
    'ANY /{proxy+}',
    '$default',
  );
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['POST', '/', '$default', {}],
  ])('%s %s goes to %s', (method, path, route, parameters) => {
    expect(pets.match(method, path)).toEqual({ route, parameters });
  });

  it('with a method win over ANY for the same path, in any order of declaration', () => {
    expect(table('ANY /a', 'GET /a').match('GET', '/a')?.route).toBe('GET /a');
    expect(table('GET /a', 'ANY /a').match('PUT', '/a')?.route).toBe('ANY /a');
  });

  it('match whole segments only', () => {
    const routes = table('GET /v1/uploads/{id}');
    for (const path of ['/v1/uploads', '/v1/uploads/', '/v1/uploads/1/', '/v1/uploads/1/x', '/v1'])
      expect(routes.match('GET', path)).toBeUndefined();
  });

  it('are refused if the key exists, also with another name of the parameter', () => {
    expect(() => table('GET /a/{id}', 'GET /a/{name}')).toThrow('already exists');
    expect(() => table('$default', '$default')).toThrow('already exists');
  });

  it('pass a parameter unchanged', () => {
    const routes = table('GET /a/{x}/b/{rest+}');
    const segment = fc.string({ minLength: 1 }).filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(segment, fc.array(segment, { minLength: 1 }), (x, rest) => {
        const match = routes.match('GET', `/a/${x}/b/${rest.join('/')}`);
        expect(match?.parameters).toEqual({ x, rest: rest.join('/') });
      }),
    );
  });
});
