import type { Socket } from 'node:net';

/** Thrown where a client shall get no answer; the listener then cuts the connection and says nothing. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut';
  readonly #reset: boolean;

  /** `reset` as a peer that has forgotten the connection does it (RST), else as one that closes it (FIN). */
  constructor(how: 'closed' | 'reset', options?: ErrorOptions) {
    super('An injected fault cuts this connection.', options);
    this.#reset = how === 'reset';
  }

  cut(socket: Socket): void {
    if (this.#reset) socket.resetAndDestroy();
    else socket.destroy();
  }
}
