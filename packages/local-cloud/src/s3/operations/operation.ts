import type { Engine } from '../engine.ts';
import type { S3Request, S3Response } from '../http/request.ts';

/** One operation of the API of S3. It gets an authenticated request and checks the permissions itself. */
export type Operation = (request: S3Request, engine: Engine) => Promise<S3Response> | S3Response;
