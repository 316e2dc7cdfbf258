import type { IncomingMessage } from 'node:http';

/**
 * Whether the client closed the connection within its request. It gets no response, and the error that reading its
 * body has thrown is no error of the local cloud.
 */
export function isClientGone(request: IncomingMessage): boolean {
  return request.destroyed && !request.complete;
}
