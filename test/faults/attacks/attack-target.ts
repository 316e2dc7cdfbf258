import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ListJobsCommand, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { upload, watch } from '@reelgate/client';
import { expandGrant } from '../../../core/contract/expand-grant.ts';
import type { CompactGrant, PartUrl } from '../../../core/contract/grant.ts';
import type { Problem } from '../../../core/contract/problem.ts';
import type { Upload } from '../../../core/contract/upload.ts';
import { encodeOwner } from '../../../core/uploads/object-keys.ts';
import { type QuotaItem, quotaItemKey } from '../../../core/uploads/records.ts';
import { hostCloud } from '../../kit/hosted-cloud.ts';

/** The name of a seeded account, or a token. */
type Who = string | { readonly token: string | undefined };

interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or the text if the body is not JSON. */
  readonly body: unknown;
}

export interface Granted {
  readonly upload: Upload;
  readonly parts: readonly PartUrl[];
  /** The object's key, from the grant's URLs. */
  readonly key: string;
}

/** The hosted cloud under attack, with operator clients that show what is stored. */
export async function attackTarget(configuration?: object) {
  const cloud = await hostCloud(configuration);
  const { endpoints, operator, sourceBucket } = cloud.hosted;
  const common = { region: 'us-east-1', credentials: operator };
  const s3 = new S3Client({ ...common, endpoint: endpoints.s3 });
  const services = { ...common, endpoint: endpoints.services };
  const states = new SFNClient(services);
  const events = new EventBridgeClient(services);
  const transcoder = new MediaConvertClient(services);
  const database = new DynamoDBClient(services);
  const table = DynamoDBDocumentClient.from(database);

  const ask = async (who: Who, method: string, path: string, body?: unknown, headers = {}) => {
    const token = typeof who === 'string' ? await cloud.tokenOf(who) : who.token;
    const response = await fetch(new URL(path, cloud.hosted.api), {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: parsed(text),
    } as ApiResponse;
  };

  const granted = async (
    size: number,
    username = 'uploader-a',
    fileName = 'film.mp4',
  ): Promise<Granted> => {
    const response = await ask(username, 'POST', '/v1/uploads', {
      fileName,
      contentType: 'video/mp4',
      size,
    });
    if (response.status !== 201) {
      throw new Error(`No grant: ${response.status} ${JSON.stringify(response.body)}`);
    }
    return grantIn(response.body, sourceBucket);
  };

  return {
    cloud,
    s3,
    states,
    events,
    table,
    ask,
    granted,
    /** The token's subject, encoded as in keys. */
    async owner(username: string): Promise<string> {
      const [, payload = ''] = (await cloud.tokenOf(username)).split('.');
      const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string };
      return encodeOwner(sub);
    },
    async quotaOf(owner: string): Promise<QuotaItem | undefined> {
      const key = { TableName: cloud.hosted.table, Key: quotaItemKey(owner) };
      const { Item } = await table.send(new GetCommand({ ...key, ConsistentRead: true }));
      return Item as QuotaItem | undefined;
    },
    /** Uploads a file as `uploader-a` with the client and waits until it has ended. */
    async through(bytes: Uint8Array, fileName = 'film.mp4'): Promise<Upload> {
      const token = await cloud.tokenOf('uploader-a');
      const api = { api: cloud.hosted.api, getToken: () => token };
      const file = new Blob([Buffer.from(bytes)]);
      const begun = await upload(file, { ...api, fileName, contentType: 'video/mp4' }).done;
      return watch(begun.id, { ...api, everyMs: 100 });
    },
    /** How many jobs MediaConvert has ever had. */
    async jobs(): Promise<number> {
      const { Jobs = [] } = await transcoder.send(new ListJobsCommand({}));
      return Jobs.length;
    },
    async close(): Promise<void> {
      for (const client of [s3, states, events, transcoder, database]) client.destroy();
      await cloud.close();
    },
  };
}

export type AttackTarget = Awaited<ReturnType<typeof attackTarget>>;

/** The grant in the body of a creation's response. */
export function grantIn(body: unknown, bucket: string): Granted {
  const { upload, grant } = body as { upload: Upload; grant: CompactGrant };
  const parts = expandGrant(grant, { size: upload.size, partSize: upload.parts.size });
  return { upload, parts, key: keyIn(grant.urlTemplate, bucket) };
}

/** The first part of a grant. */
export function firstPart({ parts: [first] }: Granted): PartUrl {
  if (!first) throw new Error('No part was granted.');
  return first;
}

/** S3's response to a PUT. */
export async function put(url: string, body: Uint8Array, headers = {}) {
  const response = await fetch(url, { method: 'PUT', body: Buffer.from(body), headers });
  const text = await response.text();
  const code = /<Code>(\w+)</.exec(text)?.[1];
  return { status: response.status, code, etag: response.headers.get('etag') ?? '' };
}

/** The name of the error that an SDK client throws; `none` if it throws nothing. */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}

/** A problem without the members that identify one occurrence. */
export function kindOf(body: unknown): Omit<Problem, 'instance'> {
  const { instance: _, ...kind } = body as Problem;
  return kind;
}

function keyIn(url: string, bucket: string): string {
  const path = decodeURIComponent(url.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*$/s, ''));
  return path.slice(`/${bucket}/`.length);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
