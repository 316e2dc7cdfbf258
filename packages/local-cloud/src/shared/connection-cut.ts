import type { Socket } from 'node:net';

/**
 * An interceptor of a call throws this to give the client no response: the listener cuts the connection and
 * writes nothing.
 */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut';
  readonly #reset: boolean;

  /** `reset` ends the connection with RST, as a peer that has lost it does; `closed` ends it with FIN. */
  constructor(how: 'closed' | 'reset', options?: ErrorOptions) {
    super('An interceptor cut this connection.', options);
    this.#reset = how === 'reset';
  }

  cut(socket: Socket): void {
    if (this.#reset) socket.resetAndDestroy();
    else socket.destroy();
  }
}
