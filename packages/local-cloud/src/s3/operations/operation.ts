import type { Engine } from '../engine.ts';
import type { S3Request, S3Response } from '../http/request.ts';

/** One operation of S3's API, for an authenticated request; it asks for its own permissions. */
export type Operation = (request: S3Request, engine: Engine) => Promise<S3Response> | S3Response;
