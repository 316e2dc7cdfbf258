import { uploadsApi } from '@reelgate/client';

/** Returns a valid access token of a user of the deployment. */
export type GetToken = (request?: { readonly refresh?: boolean }) => Promise<string>;

/** The API of a deployment, for one user. */
export interface ApiClient {
  readonly address: string;
  readonly getToken: GetToken;
  readonly uploads: ReturnType<typeof uploadsApi>;
  /** Calls a route that the client library does not have. @throws Error with status and response unless it is 2xx */
  ask<Body>(method: string, path: string, body?: unknown): Promise<Body>;
}

export function apiClient(address: string, getToken: GetToken, signal: AbortSignal): ApiClient {
  const api = address.replace(/\/$/, '');
  return {
    address: api,
    getToken,
    uploads: uploadsApi({ api, getToken, signal }),
    async ask<Body>(method: string, path: string, body?: unknown) {
      const response = await fetch(`${api}${path}`, {
        method,
        signal,
        headers: {
          authorization: `Bearer ${await getToken()}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) {
        throw new Error(`${method} ${path}: status ${response.status}, ${text.slice(0, 300)}`);
      }
      return JSON.parse(text) as Body;
    },
  };
}

/** Sends bytes to a presigned URL. @throws Error with S3's status and error code, without the URL */
export async function sendToS3(url: string, request: RequestInit): Promise<Headers> {
  const response = await fetch(url, { redirect: 'manual', ...request });
  const text = await response.text();
  if (response.ok || response.status === 303) return response.headers;
  const code = /<Code>(\w+)</.exec(text)?.[1] ?? 'no code';
  throw new Error(`${request.method} to S3: status ${response.status}, ${code}`);
}
