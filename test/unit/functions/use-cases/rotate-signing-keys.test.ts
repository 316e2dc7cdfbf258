import {
  KEYS_NAME,
  parseSigningKeys,
  signingKeyAt,
} from '../../../../core/playback/signing-keys.ts';
import {
  ROTATION_STEPS,
  type RotateSigningKeysPorts,
  RotationIncomplete,
  rotateSigningKeys,
} from '../../../../functions/use-cases/rotate-signing-keys.ts';

const NOW = 1_800_000_000_000;
const PLACEHOLDER = 'aB3$kd';

/** A secret and a key value store in memory; `made` counts the keys. */
function fixture(current: string | undefined = PLACEHOLDER) {
  const versions = new Map<string, string>();
  const state = {
    current: current as string | undefined,
    currentVersion: 'first',
    values: new Map<string, string>(),
    made: 0,
  };
  const ports: RotateSigningKeysPorts = {
    versions: {
      readCurrent: async () => state.current,
      readPending: async (version) => versions.get(version),
      writePending: async (version, text) => void versions.set(version, text),
      makeCurrent: async (version) => {
        state.current = versions.get(version);
        state.currentVersion = version;
      },
    },
    edge: {
      get: async (name) => state.values.get(name),
      update: async ({ put = {} }) => {
        for (const [name, value] of Object.entries(put)) state.values.set(name, value);
      },
    },
    randomBytes: (size) => {
      state.made += 1;
      return new Uint8Array(size).fill(state.made);
    },
  };
  const rotate = async (version: string, now = NOW) => {
    for (const step of ROTATION_STEPS) await rotateSigningKeys(ports, { step, version }, now);
  };
  return { ports, state, versions, rotate };
}

const keysOf = (text: string | undefined) => parseSigningKeys(text ?? '') ?? [];

describe('A rotation of the signing keys', () => {
  it('replaces the placeholder of a new secret by a key that signs at once', async () => {
    const { state, rotate } = fixture();
    await rotate('v1');
    expect(signingKeyAt(keysOf(state.current), NOW / 1_000)?.kid).toBe('v1');
    expect(state.values.get(KEYS_NAME)).toBe(state.current);
  });

  it('keeps the present key for the tokens that it has signed', async () => {
    const { state, rotate } = fixture();
    await rotate('v1');
    await rotate('v2', NOW + 1_000_000);
    expect(keysOf(state.values.get(KEYS_NAME)).map(({ kid }) => kid)).toEqual(['v1', 'v2']);
  });

  it('publishes the new key before it is current', async () => {
    const { ports, state } = fixture();
    await rotateSigningKeys(ports, { step: 'createSecret', version: 'v1' }, NOW);
    await rotateSigningKeys(ports, { step: 'setSecret', version: 'v1' }, NOW);
    expect(keysOf(state.values.get(KEYS_NAME))).toHaveLength(1);
    expect(state.current).toBe(PLACEHOLDER);
  });

  it('makes one key, however often its steps are repeated', async () => {
    const { ports, state, versions } = fixture();
    for (let round = 0; round < 3; round++) {
      await rotateSigningKeys(ports, { step: 'createSecret', version: 'v1' }, NOW + round * 1_000);
    }
    expect(state.made).toBe(1);
    expect(keysOf(versions.get('v1'))).toHaveLength(1);
  });

  it('does not continue where an earlier step has done nothing', async () => {
    const { ports } = fixture();
    const step = rotateSigningKeys(ports, { step: 'setSecret', version: 'v1' }, NOW);
    await expect(step).rejects.toThrow(RotationIncomplete);
  });

  it('does not make keys current that the key value store does not have', async () => {
    const { ports, state } = fixture();
    await rotateSigningKeys(ports, { step: 'createSecret', version: 'v1' }, NOW);
    await rotateSigningKeys(ports, { step: 'setSecret', version: 'v1' }, NOW);
    state.values.set(KEYS_NAME, '{}');
    const step = rotateSigningKeys(ports, { step: 'testSecret', version: 'v1' }, NOW);
    await expect(step).rejects.toThrow('The key value store has other keys');
  });
});
