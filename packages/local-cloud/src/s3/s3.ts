import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { REGION } from '../shared/account.ts';
import type { Authorize, CredentialSource } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { EmitEvent } from '../shared/events.ts';
import { listenOnLoopback } from '../shared/loopback.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Engine } from './engine.ts';
import { type AroundS3Call, createListener, type ReportFault } from './http/listener.ts';
import { startLifecycle } from './lifecycle.ts';
import { PendingWrites } from './operations/pending-writes.ts';
import { s3Providers } from './providers.ts';
import { Store } from './store/store.ts';

export interface S3Options {
  /** Holds everything: metadata in `s3.sqlite`, bytes below `blobs/`. Made where it is missing. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly credentials: CredentialSource;
  readonly authorize: Authorize;
  /** Takes the events of buckets with EventBridge on; an event that it throws on comes again a second later. */
  readonly emit: EmitEvent;
  readonly region?: string;
  /** Default `randomUUID`: ids of blobs, uploads, versions, events. */
  readonly newId?: () => string;
  /** As S3 was before 2023, for other people's tools: ACLs, public access, Signature Version 2. */
  readonly legacy?: boolean;
  /** Hears of faults that were answered with InternalError. Default: standard error. */
  readonly reportFault?: ReportFault;
  /** Stands around every authenticated call. */
  readonly around?: AroundS3Call;
}

export interface S3 {
  /** For a server of the caller's own: its events `request` and `checkContinue`. */
  readonly requestListener: RequestListener;
  /** AWS::S3::Bucket and AWS::S3::BucketPolicy. */
  readonly providers: ResourceProvider[];
  /** Listens on 127.0.0.1; port 0 takes a free one. Answers the endpoint, `http://127.0.0.1:<port>`. */
  listen(port: number): Promise<string>;
  /** Ends the connections and closes the store. */
  close(): Promise<void>;
}

const printFault: ReportFault = (error, request) => {
  console.error(`s3: ${request} failed:`, error);
};

/** Opens an S3 engine over a data folder, whatever state a killed process has left it in. */
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
    pendingWrites: new PendingWrites(),
  };
  const listener = createListener(engine, options.reportFault ?? printFault, options.around);
  const lifecycle = startLifecycle(engine);
  let server: Server | undefined;
  return {
    requestListener: listener,
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
    // Parts on slow links take longer than Node's five minutes.
    requestTimeout: 0,
    keepAliveTimeout: 60_000,
    // Fewer, larger reads: a part of 64 MiB comes in a thousand pieces less.
    highWaterMark: 256 * 1024,
  });
  server.on('request', listener);
  // With Expect: 100-continue the body is asked for only once the request is known to be allowed.
  server.on('checkContinue', listener);
  return server;
}
