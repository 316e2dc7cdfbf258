import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type CloudFront, createCloudFront } from '../../src/cloudfront/cloudfront.ts';
import type { ReadFromBucket } from '../../src/cloudfront/distribution/origin.ts';
import { createIam, type Iam } from '../../src/iam/iam.ts';
import { createS3, type S3 } from '../../src/s3/s3.ts';
import type { AuditEntry } from '../../src/shared/audit-log.ts';
import { MovableClock } from '../../src/shared/clock.ts';

export const OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
export const DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

export interface EdgeAnswer {
  readonly status: number;
  readonly message: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A bucket and distributions, with permissions checked for real. */
export class Edge {
  readonly clock: MovableClock;
  readonly errors: unknown[] = [];
  readonly audit: AuditEntry[];
  /** Requests to the origin. */
  readonly reads: Parameters<ReadFromBucket>[0][] = [];
  /** Replaces the bucket, to make it slow or fail. */
  origin: ReadFromBucket;
  readonly bucket = 'edge-bucket';
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'edge-'));
  readonly #limits: { readonly cacheBytes?: number; readonly cachedObjectBytes?: number };
  readonly #iam: Iam;
  readonly #s3: S3;
  readonly #client: S3Client;
  cloudfront: CloudFront;

  static async start(
    limits: { readonly cacheBytes?: number; readonly cachedObjectBytes?: number } = {},
  ): Promise<Edge> {
    const audit: AuditEntry[] = [];
    const clock = new MovableClock();
    const folder = mkdtempSync(join(tmpdir(), 'edge-s3-'));
    const iam = createIam({
      folder: join(folder, 'iam'),
      clock,
      recordAudit: (entry) => audit.push(entry),
    });
    const s3 = await createS3({
      dataDir: join(folder, 's3'),
      clock,
      credentials: iam.credentials,
      authorize: iam.authorize,
      emit: () => undefined,
    });
    const edge = new Edge({ limits, iam, s3, endpoint: await s3.listen(0), audit, clock });
    const [bucket] = s3.providers;
    await bucket?.provide({
      stackName: 'test',
      logicalId: 'bucket',
      physicalName: edge.bucket,
      properties: bucket.properties.parse({}),
      metadata: {},
    });
    return edge;
  }

  private constructor(parts: {
    limits: { readonly cacheBytes?: number; readonly cachedObjectBytes?: number };
    iam: Iam;
    s3: S3;
    endpoint: string;
    audit: AuditEntry[];
    clock: MovableClock;
  }) {
    this.#limits = parts.limits;
    this.#iam = parts.iam;
    this.#s3 = parts.s3;
    this.clock = parts.clock;
    this.audit = parts.audit;
    this.origin = parts.s3.read;
    this.#client = new S3Client({
      endpoint: parts.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { ...parts.iam.operator },
    });
    this.cloudfront = this.#open();
  }

  get cacheFolder(): string {
    return join(this.#dataDir, 'cloudfront', 'cache');
  }

  get logFolder(): string {
    return join(this.#dataDir, 'logs');
  }

  /** Writes a key with the data API. */
  async putKey(store: string, key: string, value: string): Promise<void> {
    const [service] = this.cloudfront.services;
    if (!service) throw new Error('No data API.');
    const call = (method: string, path: string, headers: Record<string, string>, body: object) =>
      service.handle({
        caller: { kind: 'root' },
        method,
        path: `/key-value-stores/${store}${path}`,
        query: new URLSearchParams(),
        headers,
        body: Buffer.from(JSON.stringify(body)),
      });
    const { headers } = await call('GET', '', {}, {});
    await call('PUT', `/keys/${key}`, { 'if-match': headers.etag ?? '' }, { Value: value });
  }

  #open(): CloudFront {
    return createCloudFront({
      dataDir: this.#dataDir,
      clock: this.clock,
      random: randomUUID,
      authorize: this.#iam.authorize,
      readFromBucket: (read) => {
        this.reads.push(read);
        return this.origin(read);
      },
      onError: (error) => this.errors.push(error),
      ...this.#limits,
    });
  }

  /** Opens the engine again on the same data, as after a restart. */
  async restart(): Promise<void> {
    await this.cloudfront.close();
    this.cloudfront = this.#open();
  }

  async declare(type: string, properties: object, logicalId = type.split(':').at(-1) ?? '') {
    const all = [...this.cloudfront.providers, ...this.#s3.providers];
    const provider = all.find((one) => one.type === type);
    if (provider === undefined) throw new Error(`No provider for ${type}.`);
    return provider.provide({
      stackName: 'test',
      logicalId,
      physicalName: `test-${logicalId}`.toLowerCase(),
      properties: provider.properties.parse(properties),
      metadata: {},
    });
  }

  /** A distribution of the bucket with origin access control; returns its id and URL. */
  async distribution(config: object = {}, behavior: object = {}, logicalId?: string) {
    const { ref: control } = await this.declare('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: {
        Name: 'control',
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    });
    const { ref: id, attributes } = await this.declare(
      'AWS::CloudFront::Distribution',
      {
        DistributionConfig: {
          Enabled: true,
          Origins: [
            {
              Id: 'bucket',
              DomainName: `${this.bucket}.s3.us-east-1.amazonaws.com`,
              OriginAccessControlId: control,
              S3OriginConfig: { OriginAccessIdentity: '' },
            },
          ],
          DefaultCacheBehavior: this.behavior(behavior),
          ...config,
        },
      },
      logicalId,
    );
    return { id, url: `http://${attributes.DomainName}` };
  }

  behavior(more: object = {}): object {
    return {
      TargetOriginId: 'bucket',
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: OPTIMIZED,
      ...more,
    };
  }

  /** Lets a distribution read the bucket; with `list`, missing objects are 404. */
  async allow(id: string, list = false): Promise<void> {
    const Condition = {
      StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::000000000000:distribution/${id}` },
    };
    const Principal = { Service: 'cloudfront.amazonaws.com' };
    const arn = `arn:aws:s3:::${this.bucket}`;
    const statement = (Action: string, Resource: string) => ({
      Effect: 'Allow',
      Principal,
      Action,
      Resource,
      Condition,
    });
    await this.declare('AWS::S3::BucketPolicy', {
      Bucket: this.bucket,
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          statement('s3:GetObject', `${arn}/*`),
          ...(list ? [statement('s3:ListBucket', arn)] : []),
        ],
      },
    });
  }

  async function(code: string, Name = 'edge', stores: readonly object[] = []): Promise<string> {
    const { ref } = await this.declare('AWS::CloudFront::Function', {
      AutoPublish: true,
      FunctionCode: code,
      FunctionConfig: {
        Comment: '',
        Runtime: 'cloudfront-js-2.0',
        KeyValueStoreAssociations: stores,
      },
      Name,
    });
    return ref;
  }

  put(Key: string, Body: string | Uint8Array, more: object = {}) {
    return this.#client.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body, ...more }));
  }

  remove(Key: string) {
    return this.#client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key }));
  }

  async close(): Promise<void> {
    await this.cloudfront.close();
    this.#client.destroy();
    await this.#s3.close();
    this.#iam.close();
  }
}

/** Sends one request as it is: `fetch` would change path and headers. */
export function ask(
  url: string,
  path: string,
  headers: Record<string, string | string[]> = {},
  method = 'GET',
): Promise<EdgeAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          message: response.statusMessage ?? '',
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          body: Buffer.concat(chunks).toString('latin1'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
