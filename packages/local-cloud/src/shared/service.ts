import type { Caller } from './caller.ts';

/**
 * A signed call that has come through the front door: its signature, its expiry and its body's hash are
 * verified, `caller` is known. What the caller may do is the service's own question, since only the service
 * knows action and resource.
 */
export interface ServiceRequest {
  readonly caller: Caller;
  readonly method: string;
  /** Decoded path without the query, for example `/2017-08-29/jobs`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/**
 * A service behind the one endpoint for the JSON services, found by the service name in the signature's
 * credential scope (`states`, `events`, `dynamodb`, `mediaconvert`, `sts`, `sqs`, `lambda`, `scheduler`).
 * Throws AwsError; the front door writes it in the service's protocol.
 */
export interface Service {
  readonly signingName: string;
  readonly protocol: 'json-1.0' | 'json-1.1' | 'rest-json' | 'query';
  handle(request: ServiceRequest): Promise<ServiceResponse>;
}
