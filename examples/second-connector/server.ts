import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A Pelican for trials and tests. */
export interface PelicanServer {
  readonly url: string;
  readonly token: string;
  /** The people that were written, by their e-mail addresses. */
  readonly people: ReadonlyMap<string, object>;
  /** Every request, as `PUT /people/…`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1. So many calls are taken in ten seconds; the next ones are refused until the window has passed. */
export async function startPelican({ port = 0, callsAllowed = 100 } = {}): Promise<PelicanServer> {
  const token = "token-for-trials";
  const people = new Map<string, object>();
  const requests: string[] = [];
  let window = { calls: 0, endsAt: 0 };

  /** Counts a call, and says how many are left; below zero for one too many. */
  const left = (response: ServerResponse): number => {
    const now = Date.now();
    if (now >= window.endsAt) window = { calls: 0, endsAt: now + 10_000 };
    window.calls++;
    const count = callsAllowed - window.calls;
    response.setHeader("Pelican-Calls-Allowed", callsAllowed).setHeader("Pelican-Calls-Left", Math.max(0, count));
    if (count < 0) response.setHeader("Retry-After", Math.ceil((window.endsAt - now) / 1_000));
    return count;
  };

  const answer = (request: IncomingMessage, body: string, response: ServerResponse): void => {
    requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    const say = (status: number, json: object) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(json));
    if (request.headers.authorization !== `Bearer ${token}`) return void say(401, { message: "Unknown token" });
    if (request.method === "GET" && request.url === "/token") return void say(200, { scopes: ["people:write"] });
    const [, email] = /^\/people\/([^/]+)$/.exec(request.url ?? "") ?? [];
    if (request.method !== "PUT" || email === undefined) return void say(404, { message: "No such path" });
    if (left(response) < 0) return void say(429, { message: "Too many calls" });
    const address = decodeURIComponent(email);
    const updated = people.has(address);
    people.set(address, JSON.parse(body) as object);
    say(200, { id: `p${[...people.keys()].indexOf(address) + 1}`, updated });
  };

  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      answer(request, body, response);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    people,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
