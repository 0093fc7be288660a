import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import type { VendorAnswer } from "./conformance-options.js";

/** A request as it was on the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What a server does with a request that it has read to its end. */
export type Respond = (response: ServerResponse, request: SeenRequest) => void;

/** A server that plays the vendor, on a free port of this machine. */
export interface HostileServer {
  readonly baseUrl: string;
  /** The requests that were read to their end. */
  readonly requests: readonly SeenRequest[];
  /** How many connections were made. */
  readonly connections: () => number;
  /** Resolves when the first request has been read to its end. */
  readonly firstRequest: Promise<void>;
}

/**
 * Starts a server, and closes it after the work is done.
 *
 * @param onConnection is given each connection before anything of it is read
 */
export async function withServer<T>(
  respond: Respond,
  work: (server: HostileServer) => Promise<T>,
  onConnection: (socket: Socket) => void = () => undefined,
): Promise<T> {
  const { server, close } = await startServer(respond, onConnection);
  try {
    return await work(server);
  } finally {
    await close();
  }
}

async function startServer(
  respond: Respond,
  onConnection: (socket: Socket) => void,
): Promise<{ readonly server: HostileServer; readonly close: () => Promise<void> }> {
  const requests: SeenRequest[] = [];
  let connections = 0;
  let tellFirst: () => void = () => undefined;
  const firstRequest = new Promise<void>((resolve) => {
    tellFirst = resolve;
  });
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    // A client that hangs up, as it may.
    incoming.on("error", () => undefined);
    response.on("error", () => undefined);
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url: path = "", headers } = incoming;
      const request = { method, path, headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      tellFirst();
      respond(response, request);
    });
  });
  server.on("connection", (socket) => {
    connections += 1;
    onConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const { port } = server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  return { server: { baseUrl, requests, connections: () => connections, firstRequest }, close };
}

/** The address of a port of this machine on which nothing listens. */
export async function closedPort(): Promise<string> {
  return withServer(
    () => undefined,
    ({ baseUrl }) => Promise.resolve(baseUrl),
  );
}

/** The body of an answer as it is sent; `undefined` if it has none. */
export function bodyOf({ body }: VendorAnswer): string | undefined {
  return body === undefined || typeof body === "string" ? body : JSON.stringify(body);
}

/** Answers as told. */
export function answer(response: ServerResponse, told: VendorAnswer): void {
  const body = bodyOf(told);
  response.writeHead(told.status, {
    ...(body !== undefined && { "content-type": "application/json" }),
    ...told.headers,
  });
  response.end(body);
}

/** Answers with a page for people, as proxies and gateways do. */
export function answerPage(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "text/html", ...headers });
  response.end(`<!doctype html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`);
}
