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
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml",
};

/** A server that shows a built site. */
export interface SiteServer {
  /** The address of the site, without a slash at its end. */
  readonly url: string;
  /** Stops listening, and ends all connections. */
  close(): Promise<void>;
}

/**
 * Shows the files of a folder on 127.0.0.1 as GitHub Pages does: `/page` is `page.html`, and what is missing is `404.html`.
 *
 * @param base the path below which the site is, with a slash at its end; nothing else is answered
 */
export async function startSiteServer(folder: string, base: string): Promise<SiteServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    void find(folder, base, pathname).then(({ status, type, body }) => {
      response.writeHead(status, { "Content-Type": type }).end(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${base.replace(/\/$/, "")}`, close: () => close(server) };
}

async function find(folder: string, base: string, pathname: string) {
  if (pathname.startsWith(base)) {
    const path = normalize(`/${decodeURIComponent(pathname.slice(base.length))}`);
    const files = /[\\/]$/.test(path) ? [join(path, "index.html")] : [path, `${path}.html`];
    for (const file of files) {
      const body = await readFile(join(folder, file)).catch(() => undefined);
      if (body) return { status: 200, type: TYPES[extname(file)] ?? "application/octet-stream", body };
    }
  }
  return { status: 404, type: "text/html; charset=utf-8", body: await readFile(join(folder, "404.html")) };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
