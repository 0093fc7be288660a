import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Partial<Record<string, string>>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** A server that shows a built site. */
export interface SiteServer {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** Stops listening, and ends all connections. */
  close(): Promise<void>;
}

/**
 * Shows the files of a folder on 127.0.0.1.
 *
 * @param port where to listen; 0 for any
 * @throws Node's own error if the port cannot be had
 */
export async function startSiteServer(folder: string, port: number): Promise<SiteServer> {
  const server = createServer((request, response) => {
    void answer(folder, request.url ?? "/").then(({ status, type, body }) => {
      response.writeHead(status, { "Content-Type": type }).end(body);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: boundPort } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${boundPort}`, close: () => close(server) };
}

async function answer(folder: string, address: string) {
  try {
    // An address cannot lead out of the folder: there is nothing above the root of a normal path.
    const path = normalize(decodeURIComponent(new URL(address, "http://127.0.0.1").pathname));
    const file = join(folder, /[\\/]$/.test(path) ? join(path, "index.html") : path);
    return { status: 200, type: TYPES[extname(file)] ?? "text/plain; charset=utf-8", body: await readFile(file) };
  } catch {
    return {
      status: 404,
      type: "text/plain; charset=utf-8",
      body: "There is no such page. npm run docs builds the site.",
    };
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
