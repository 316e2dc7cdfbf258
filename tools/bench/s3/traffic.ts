import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** What the HTTP servers of this process have answered since it began. */
export interface Traffic {
  readonly requests: number;
  /** Bytes that were handed to the network, heads included. */
  readonly sentBytes: number;
}

/** Counts beside the servers: https://nodejs.org/api/diagnostics_channel.html#http */
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
