import { isIP } from "node:net";

import { EnvHttpProxyAgent, Pool } from "undici";

import { dispatcherFetch, type Fetch } from "../http/dispatcher-fetch.js";
import { ProxyError } from "./proxy-error.js";
import type { Proxy } from "./proxy.js";

type Connect = (
  options: { readonly servername?: string | undefined },
  callback: (error: Error | null, socket: unknown) => void,
) => void;
type Tunnel = (options: object) => Promise<{ readonly statusCode: number; readonly socket: { destroy(): void } }>;

/** How long a proxy may take to open a tunnel: well below the time-out of a call, which cannot tell that nothing was sent. */
const TUNNEL_TIMEOUT_MS = 10_000;

/** What undici says of a 407 that answers a request outside a tunnel. */
const AUTHENTICATION_REQUIRED = "Proxy Authentication Required (407)";

/**
 * A `fetch` that goes through a proxy, except to the hosts of `noProxy`: through a tunnel to https addresses, by its whole URL to
 * http addresses, as curl does.
 *
 * A proxy that refuses a tunnel, hangs up or cannot be reached is a {@link ProxyError}. undici's own errors do not say so, and
 * where the proxy hangs up, undici would ask it again without end.
 */
export function proxyFetch(proxy: Proxy, { tunnelTimeoutMs = TUNNEL_TIMEOUT_MS } = {}): Fetch {
  const isProxy = (origin: string | URL) => new URL(origin).origin === proxy.url;
  const poolOfProxy = (origin: string | URL, options: object) => {
    const { connect } = options as { connect: Connect };
    const toProxy: Connect = (target, callback) => {
      // undici names the proxy's IP address as a server name, which Node 26 refuses.
      const { servername } = target;
      const named = isIP(servername ?? "") === 0 ? target : { ...target, servername: undefined };
      connect(named, (error, socket) => {
        callback(error && ProxyError.failed(proxy, error), socket);
      });
    };
    return new Pool(origin, { ...options, connect: toProxy as Pool.Options["connect"] } as Pool.Options);
  };
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: proxy.url,
    httpsProxy: proxy.url,
    noProxy: proxy.noProxy,
    proxyTunnel: false,
    ...(proxy.authorization !== undefined && { token: proxy.authorization }),
    // Makes the connections on which tunnels are asked for.
    clientFactory: (origin, options) => {
      const pool = poolOfProxy(origin, { ...options, headersTimeout: tunnelTimeoutMs });
      const open = pool.connect.bind(pool) as Tunnel;
      const tunnel: Tunnel = async (target) => {
        const opened = await open(target).catch((error: unknown) => {
          throw ProxyError.failed(proxy, error);
        });
        if (opened.statusCode === 200) return opened;
        opened.socket.destroy();
        throw ProxyError.refused(proxy, opened.statusCode);
      };
      return Object.assign(pool, { connect: tunnel as Pool["connect"] });
    },
    // Makes all other connections, among them those to the proxy for requests outside a tunnel.
    factory: (origin, options) => (isProxy(origin) ? poolOfProxy(origin, options) : new Pool(origin, options)),
  });

  const send = dispatcherFetch(dispatcher);
  return (url, init) =>
    send(url, init).catch((error: unknown) => {
      throw (error as Error | undefined)?.message === AUTHENTICATION_REQUIRED ? ProxyError.refused(proxy, 407) : error;
    });
}
