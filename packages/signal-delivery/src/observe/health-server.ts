import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import { printableJson } from "../text/printable.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import type { Health } from "./health.js";
import type { Metrics } from "./metrics.js";

/** What the health server serves, and where. */
export interface HealthServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** The address to listen at. Default: `127.0.0.1`, this machine only. */
  readonly host?: string;
  readonly metrics: Pick<Metrics, "exposition">;
  readonly health: Pick<Health, "ready">;
}

/** A health server that listens. */
export interface HealthServer {
  /** Such as `http://127.0.0.1:9464`. */
  readonly url: string;
  readonly port: number;
  /** Ends it, with all connections, whoever may still be at the other end. May be called more than once. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * How many connections are open at once. More than any scraper and prober needs, and few of the descriptors that a process may have;
 * where there are more, the one that has been idle the longest is closed.
 */
const MAX_CONNECTIONS = 100;
/** How long a request may take to arrive, in milliseconds. */
const REQUEST_TIMEOUT_MS = 5_000;
/** How long a connection may be idle, in milliseconds: scrapers come every 15 seconds or so. */
const IDLE_TIMEOUT_MS = 30_000;

type Route = () => Answer | Promise<Answer>;

/**
 * Serves `/metrics` to Prometheus, and `/healthz` and `/readyz` to whatever keeps the process running.
 *
 * @throws {UsageError} if it cannot listen there
 */
export async function startHealthServer({
  port,
  host = "127.0.0.1",
  metrics,
  health,
}: HealthServerOptions): Promise<HealthServer> {
  const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
    ["/metrics", async () => ({ status: 200, ...(await metrics.exposition()) })],
    ["/healthz", () => plain(200, "ok")],
    ["/readyz", () => readiness(health)],
  ]);
  const server = createServer(
    {
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => void respond(routes, request, response),
  );
  // One that sends nothing, or does not read its answer.
  server.setTimeout(IDLE_TIMEOUT_MS);
  boundConnections(server);
  await listen(server, port, host);
  // From here on an error of the server, such as too many open files, is no reason to end the delivery.
  server.on("error", () => undefined);
  // Nor is the server alone a reason for the process to go on.
  server.unref();

  const address = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    port: address.port,
    close: () => (closed ??= close(server)),
  };
}

async function respond(
  routes: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, contentType, body } = await answerTo(routes, request);
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...(status === 405 && { allow: "GET" }),
  });
  response.end(body);
}

async function answerTo(routes: ReadonlyMap<string, Route>, { url = "", method }: IncomingMessage): Promise<Answer> {
  const route = routes.get(url.replace(/\?.*/s, ""));
  if (route === undefined) return plain(404, "not found: there are /metrics, /healthz and /readyz");
  if (method !== "GET") return plain(405, "only GET");
  try {
    return await route();
  } catch {
    return plain(500, "could not be read");
  }
}

function readiness(health: HealthServerOptions["health"]): Answer {
  const readiness = health.ready();
  return {
    status: readiness.ready ? 200 : 503,
    contentType: "application/json; charset=utf-8",
    body: `${printableJson(readiness)}\n`,
  };
}

function plain(status: number, text: string): Answer {
  return { status, contentType: "text/plain; charset=utf-8", body: text };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw new UsageError(`Metrics cannot be served at ${host}:${port}: ${reasonOf(error)}.`, { cause: error });
  }
}

const REASONS: Readonly<Partial<Record<string, string>>> = {
  EADDRINUSE: "the port is in use; choose another one, or 0 for any that is free",
  EADDRNOTAVAIL: "this machine does not have that address",
  ENOTFOUND: "there is no such address",
  ERR_SOCKET_BAD_PORT: "a port is a number from 0 to 65535",
};

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? fileErrorReason(error);
}

/** Closes the connections that were used the longest ago, so that there is always room for another one. */
function boundConnections(server: Server): void {
  /** The one that was used last comes last. */
  const connections = new Set<Socket>();
  server.on("connection", (socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    const [oldest] = connections;
    if (connections.size > MAX_CONNECTIONS) oldest?.destroy();
  });
  server.on("request", ({ socket }) => {
    if (connections.delete(socket)) connections.add(socket);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    // A scraper keeps its connection open, and one that reads nothing would keep it open for ever.
    server.closeAllConnections();
  });
}
