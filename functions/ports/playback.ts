import type { SigningKey } from '../../core/playback/signing-keys.ts';

/** The keys that sign playback tokens, as the secret's current version has them. */
export interface SigningKeys {
  /** Undefined until the first rotation has published a key. */
  current(): Promise<readonly SigningKey[] | undefined>;
}

/** Where viewers get videos. A deployment without delivery has none. */
export interface Delivery {
  /** `https://…`, without a slash at the end. */
  readonly host: string;
  readonly keys: SigningKeys;
}

/** The versions of the secret that hold the keys, during a rotation. */
export interface KeyVersions {
  /** The text of the current version; undefined where the secret has none. */
  readCurrent(): Promise<string | undefined>;
  /** The text of the version that this rotation makes; undefined before it is made. */
  readPending(version: string): Promise<string | undefined>;
  writePending(version: string, text: string): Promise<void>;
  /** Makes the version current. Does nothing where it is. */
  makeCurrent(version: string): Promise<void>;
}

/** The key value store that the viewer function reads. */
export interface EdgeValues {
  /** Undefined where the name has no value. */
  get(name: string): Promise<string | undefined>;
  /** Writes and deletes values in one change of the store. */
  update(change: {
    readonly put?: Readonly<Record<string, string>>;
    readonly delete?: readonly string[];
  }): Promise<void>;
}
