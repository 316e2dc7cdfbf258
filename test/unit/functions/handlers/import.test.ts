import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const FUNCTIONS = join(import.meta.dirname, '../../../../functions');
const names = readdirSync(FUNCTIONS)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

describe('A handler', () => {
  it.each(names)('can be imported without environment variables: %s', async (name) => {
    const module = await import(join(FUNCTIONS, `${name}.ts`));
    expect(module).toMatchObject({
      handler: expect.any(Function),
      createHandler: expect.any(Function),
    });
  });

  it.each(names)('fails at its first call where a variable is missing: %s', async (name) => {
    const { handler } = await import(join(FUNCTIONS, `${name}.ts`));
    expect(() => handler({}, {})).toThrow(
      expect.objectContaining({
        name: 'EnvironmentError',
        message: expect.stringContaining(`The environment of ${name} is not valid.`),
      }),
    );
  });
});
