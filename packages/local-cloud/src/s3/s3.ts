import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { REGION } from '../shared/account.ts';
import type { Authorize, CredentialSource } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { EmitEvent } from '../shared/events.ts';
import { listenOnLoopback } from '../shared/loopback.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Engine } from './engine.ts';
import { type AroundS3Call, createListener, type ReportError } from './http/listener.ts';
import { startLifecycle } from './lifecycle.ts';
import { PendingWrites } from './operations/pending-writes.ts';
import { s3Providers } from './providers.ts';
import { createReader, type ReadForService } from './read-for-service.ts';
import { Store } from './store/store.ts';

export interface S3Options {
  /** Contains all data: metadata in `s3.sqlite`, bytes below `blobs/`. It is created if it does not exist. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly credentials: CredentialSource;
  readonly authorize: Authorize;
  /**
   * Receives the events of buckets with EventBridge enabled. If it throws, the event is sent again a second
   * later.
   */
  readonly emit: EmitEvent;
  readonly region?: string;
  /** Ids of blobs, uploads, versions and events. Default: `randomUUID`. */
  readonly newId?: () => string;
  /** Behaves like S3 before 2023, for other tools: ACLs, public access, Signature Version 2. */
  readonly legacy?: boolean;
  /**
   * Whether CompleteMultipartUpload ignores the checksum of the object where the upload was created without an
   * algorithm, in place of comparing it. AWS documents neither, so a product must work with both.
   * @default false
   */
  readonly ignoresUnnamedChecksums?: boolean;
  /** Called for errors to which the response is InternalError. Default: prints them to standard error. */
  readonly onError?: ReportError;
  /** Wraps every authenticated call. */
  readonly around?: AroundS3Call;
}

export interface S3 {
  /** For another server: its events `request` and `checkContinue`. */
  readonly requestListener: RequestListener;
  /** Reads an object for another service of the process, as that service. */
  readonly read: ReadForService;
  /** AWS::S3::Bucket and AWS::S3::BucketPolicy. */
  readonly providers: ResourceProvider[];
  /** Listens on 127.0.0.1; port 0 means any free port. Returns the endpoint, `http://127.0.0.1:<port>`. */
  listen(port: number): Promise<string>;
  /** Closes the connections and the store. */
  close(): Promise<void>;
}

const printError: ReportError = (error, request) => {
  console.error(`s3: ${request} failed:`, error);
};

/** Opens an S3 engine on a data folder, also on one that a killed process has left. */
export async function createS3(options: S3Options): Promise<S3> {
  const { dataDir, clock, emit, newId = randomUUID } = options;
  const store = await Store.open({ dataDir, clock, emit, newId });
  const engine: Engine = {
    store,
    clock,
    newId,
    credentials: options.credentials,
    authorize: options.authorize,
    region: options.region ?? REGION,
    legacy: options.legacy ?? false,
    ignoresUnnamedChecksums: options.ignoresUnnamedChecksums ?? false,
    pendingWrites: new PendingWrites(),
  };
  const listener = createListener(engine, options.onError ?? printError, options.around);
  const lifecycle = startLifecycle(engine);
  let server: Server | undefined;
  return {
    requestListener: listener,
    read: createReader(engine, options.around),
    providers: s3Providers(engine),
    async listen(port) {
      const listening = createS3Server(listener);
      server = listening;
      return `http://127.0.0.1:${await listenOnLoopback(listening, port)}`;
    },
    async close() {
      lifecycle.stop();
      const closing = server;
      if (closing) {
        await new Promise<void>((resolve) => {
          closing.close(() => resolve());
          closing.closeAllConnections();
        });
      }
      store.close();
    },
  };
}

function createS3Server(listener: RequestListener): Server {
  const server = createServer({
    // Parts on slow connections take longer than Node's limit of five minutes.
    requestTimeout: 0,
    keepAliveTimeout: 60_000,
    // Fewer and larger reads: a part of 64 MiB needs a thousand reads less.
    highWaterMark: 256 * 1024,
  });
  server.on('request', listener);
  // With Expect: 100-continue the body is requested only if the request is allowed.
  server.on('checkContinue', listener);
  return server;
}
