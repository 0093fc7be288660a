import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import type { Sandbox } from "@datafly/apollo-sandbox";

/** A request or an answer on its way, to be changed in place. */
export interface InPassing {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What is broken on purpose. */
export interface Breakage {
  readonly request?: (request: Pick<InPassing, "body">) => void;
  readonly answer?: (answer: InPassing) => void;
}

/** A sandbox that something is wrong with. */
export interface BrokenSandbox {
  readonly origin: string;
  close(): Promise<void>;
}

/** Puts something between callers and a sandbox that changes requests and answers. */
export async function breakSandbox(sandbox: Sandbox, breakage: Breakage): Promise<BrokenSandbox> {
  const target = new URL(sandbox.url).origin;
  const server = createServer((incoming, response) => {
    void forward(target, incoming, breakage).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

async function forward(target: string, incoming: IncomingMessage, breakage: Breakage): Promise<InPassing> {
  const request = { body: await text(incoming) };
  breakage.request?.(request);
  const { "x-api-key": key = "", "content-type": contentType = "" } = incoming.headers;
  const response = await fetch(`${target}${incoming.url ?? ""}`, {
    method: incoming.method ?? "POST",
    headers: { "x-api-key": String(key), "content-type": contentType },
    ...(incoming.method !== "GET" && { body: request.body }),
  });
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !HOP_BY_HOP.has(name)));
  const answer = { status: response.status, headers, body: await response.text() };
  breakage.answer?.(answer);
  return answer;
}

const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}
