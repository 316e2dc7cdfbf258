import { allowEverySignedCaller, type Credentials } from '../shared/caller.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createS3 } from './s3.ts';

export interface LocalS3Options {
  /** Folder for all data, created if it does not exist. */
  readonly dataDir: string;
  /** The access key that every request must be signed with. It is allowed every action. */
  readonly credentials: Credentials;
  /**
   * Port on 127.0.0.1; 0 selects a free port.
   * @default 0
   */
  readonly port?: number;
  /** @default the system's clock */
  readonly clock?: Clock;
}

export interface LocalS3 {
  /** URL without a trailing slash. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Starts an S3 without other services and without events. Throws if the port is in use. */
export async function startS3(options: LocalS3Options): Promise<LocalS3> {
  const { dataDir, credentials, port = 0, clock = systemClock } = options;
  const s3 = await createS3({
    dataDir,
    clock,
    credentials: {
      find: (accessKeyId) =>
        accessKeyId === credentials.accessKeyId
          ? { credentials, caller: { kind: 'root' } }
          : undefined,
    },
    authorize: allowEverySignedCaller,
    emit: () => undefined,
  });
  try {
    return { endpoint: await s3.listen(port), close: () => s3.close() };
  } catch (error) {
    await s3.close();
    throw error;
  }
}
