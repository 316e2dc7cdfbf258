import {
  formatSigningKeys,
  KEYS_NAME,
  parseSigningKeys,
} from '../../../../core/playback/signing-keys.ts';
import { repairSigningKeys } from '../../../../functions/use-cases/repair-signing-keys.ts';
import { SIGNING_KEY } from '../../../kit/ports/in-memory-delivery.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';

const next = { ...SIGNING_KEY, kid: 'key-2', secret: 'y'.repeat(43) };

function world() {
  const { delivery, ports, calls } = inMemoryPorts();
  const published = () => parseSigningKeys(delivery.values.get(KEYS_NAME) ?? '');
  return { delivery, published, calls, repair: () => repairSigningKeys(ports.signingKeys) };
}

describe('The keys at the edge', () => {
  it('stay as they are where they are those of the secret', async () => {
    const { repair, calls } = world();
    expect(await repair()).toBe('unchanged');
    expect(calls.made).toEqual(['edge.get']);
  });

  it('stay where a rotation has published one that is not current yet', async () => {
    const { delivery, repair, published } = world();
    delivery.values.set(KEYS_NAME, formatSigningKeys([SIGNING_KEY, next]));
    expect(await repair()).toBe('unchanged');
    expect(published()).toHaveLength(2);
  });

  it.each([
    ['the store is empty', ''],
    ['the store has something else', '{}'],
    ['a key has another secret', formatSigningKeys([{ ...SIGNING_KEY, secret: 'z'.repeat(43) }])],
  ])('are published again where %s', async (_, stored) => {
    const { delivery, repair, published } = world();
    if (stored === '') delivery.values.delete(KEYS_NAME);
    else delivery.values.set(KEYS_NAME, stored);
    expect(await repair()).toBe('published');
    expect(published()).toEqual([SIGNING_KEY]);
  });

  it('are completed without losing the one of a rotation', async () => {
    const { delivery, repair, published } = world();
    delivery.values.set(KEYS_NAME, formatSigningKeys([next]));
    expect(await repair()).toBe('published');
    expect(
      published()
        ?.map(({ kid }) => kid)
        .sort(),
    ).toEqual(['key-1', 'key-2']);
  });

  it('are missing until the first rotation has succeeded', async () => {
    const { delivery, repair } = world();
    delivery.current = undefined;
    expect(await repair()).toBe('missing');
  });
});
