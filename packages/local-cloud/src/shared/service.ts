import type { Caller } from './caller.ts';

/**
 * A call with a verified signature, expiry and body hash. The service authorizes it, because only the service
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
 * A service of the endpoint, selected by the service name in the scope of the signature (`states`, `events`,
 * `dynamodb`, `mediaconvert`, `sts`, `sqs`, `lambda`). Throws AwsError; the endpoint writes it in the
 * protocol of the service.
 */
export interface Service {
  readonly signingName: string;
  /**
   * The version of its signatures: 4, or 4A only.
   * @default 'sigv4'
   */
  readonly signature?: 'sigv4' | 'sigv4a';
  readonly protocol: 'json-1.0' | 'json-1.1' | 'rest-json' | 'rest-xml' | 'query';
  handle(request: ServiceRequest): Promise<ServiceResponse>;
}
