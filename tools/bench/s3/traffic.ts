import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Counts of all HTTP servers of this process since its start. */
export interface Traffic {
  readonly requests: number;
  /** Bytes of all responses with their heads. */
  readonly sentBytes: number;
}

/** Counts without changes to the servers: https://nodejs.org/api/diagnostics_channel.html#http */
export function countTraffic(): () => Traffic {
  const open = new Set<Socket>();
  let requests = 0;
  let closedBytes = 0;
  subscribe('http.server.request.start', (message) => {
    const { socket } = message as { socket: Socket };
    requests += 1;
    if (open.has(socket)) return;
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      closedBytes += socket.bytesWritten;
    });
  });
  return () => ({
    requests,
    sentBytes: [...open].reduce((sum, { bytesWritten }) => sum + bytesWritten, closedBytes),
  });
}
