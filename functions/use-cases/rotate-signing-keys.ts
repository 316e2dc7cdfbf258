import {
  formatSigningKeys,
  KEYS_NAME,
  parseSigningKeys,
  rotateKeys,
} from '../../core/playback/signing-keys.ts';
import type { EdgeValues, KeyVersions } from '../ports/playback.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export interface RotateSigningKeysPorts {
  readonly versions: KeyVersions;
  readonly edge: EdgeValues;
  readonly randomBytes: (size: number) => Uint8Array;
}

export interface RotationInput {
  readonly step: (typeof ROTATION_STEPS)[number];
  /** The version of the secret that this rotation makes; also the id of its key. */
  readonly version: string;
}

/** The rotation cannot continue: an earlier step has not done its work. Secrets Manager begins it again. */
export class RotationIncomplete extends Error {
  override readonly name = 'RotationIncomplete';
}

const SECRET_BYTES = 32;

/**
 * One step of a rotation of the signing keys. Each can be repeated. The new keys are in the key value store before they
 * are current, so that no token is signed with a key that the viewer function does not have.
 *
 * @param now milliseconds since the epoch
 * @throws RotationIncomplete
 */
export async function rotateSigningKeys(
  ports: RotateSigningKeysPorts,
  { step, version }: RotationInput,
  now: number,
): Promise<void> {
  switch (step) {
    case 'createSecret':
      return createKeys(ports, version, now);
    case 'setSecret':
      return publish(ports, version);
    case 'testSecret':
      return comparePublished(ports, version);
    case 'finishSecret':
      return ports.versions.makeCurrent(version);
  }
}

async function createKeys(
  { versions, randomBytes }: RotateSigningKeysPorts,
  version: string,
  now: number,
): Promise<void> {
  const made = await versions.readPending(version);
  if (made !== undefined && parseSigningKeys(made)) return;
  const current = await versions.readCurrent();
  // The value that Secrets Manager generates for a new secret is no key.
  const keys = (current !== undefined && parseSigningKeys(current)) || [];
  const secret = Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url');
  const rotated = rotateKeys(keys, { kid: version, secret }, Math.floor(now / 1_000));
  await versions.writePending(version, formatSigningKeys(rotated));
}

async function publish({ versions, edge }: RotateSigningKeysPorts, version: string): Promise<void> {
  await edge.update({ put: { [KEYS_NAME]: await pendingKeys(versions, version) } });
}

async function comparePublished(
  { versions, edge }: RotateSigningKeysPorts,
  version: string,
): Promise<void> {
  const published = await edge.get(KEYS_NAME);
  if (published === (await pendingKeys(versions, version))) return;
  throw new RotationIncomplete('The key value store has other keys than the new version.');
}

async function pendingKeys(versions: KeyVersions, version: string): Promise<string> {
  const text = await versions.readPending(version);
  if (text !== undefined && parseSigningKeys(text)) return text;
  throw new RotationIncomplete(`Version ${version} has no keys; the step createSecret makes them.`);
}
