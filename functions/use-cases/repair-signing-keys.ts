import {
  formatSigningKeys,
  KEYS_NAME,
  keysToPublish,
  parseSigningKeys,
} from '../../core/playback/signing-keys.ts';
import type { EdgeValues, KeyVersions } from '../ports/playback.ts';

export interface RepairSigningKeysPorts {
  readonly versions: Pick<KeyVersions, 'readCurrent'>;
  readonly edge: EdgeValues;
}

/** `missing`: the secret has no key yet, so nothing can be played. Secrets Manager repeats a rotation that failed. */
export type RepairSigningKeysOutcome = 'unchanged' | 'published' | 'missing';

/** Publishes keys of the secret that the key value store lacks: tokens that they sign would be refused. */
export async function repairSigningKeys({
  versions,
  edge,
}: RepairSigningKeysPorts): Promise<RepairSigningKeysOutcome> {
  const text = await versions.readCurrent();
  const current = text === undefined ? undefined : parseSigningKeys(text);
  if (!current) return 'missing';
  const published = parseSigningKeys((await edge.get(KEYS_NAME)) ?? '') ?? [];
  const keys = keysToPublish(current, published);
  if (!keys) return 'unchanged';
  await edge.update({ put: { [KEYS_NAME]: formatSigningKeys(keys) } });
  return 'published';
}
