import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

import type { ISocketFactory } from "kafkajs";

const KEEP_ALIVE_DELAY_MS = 60_000;

/**
 * The sockets that kafkajs opens, so that all of them can be closed: after a broker has restarted, it sometimes forgets one, and that
 * one would keep the process from ending.
 */
export class Sockets {
  readonly #open = new Set<Socket>();

  /** Connects as kafkajs itself does. */
  readonly factory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    const serverName = isIP(host) === 0 ? { servername: host } : {};
    // It is `true` where there is nothing more to say of it, and null without TLS.
    const tls = ssl as typeof ssl | boolean | null | undefined;
    const socket =
      tls === null || tls === undefined || tls === false
        ? connect({ host, port }, onConnect)
        : connectTls({ host, port, ...serverName, ...(tls === true ? {} : tls) }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    return socket;
  };

  /** Closes those that are still open. */
  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
