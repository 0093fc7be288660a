import { once } from "node:events";
import { createServer, request, STATUS_CODES, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";

import { onTestFinished } from "vitest";

import { SELF_SIGNED, TLS_KEY } from "./tls.js";

/** A proxy that writes down what it is asked for. */
export interface ProxyForTest {
  /** Its host and port. */
  readonly host: string;
  /** What it was asked for, as `CONNECT host:port` or `POST url`, and the user name and password that came with it. */
  readonly asked: readonly { readonly line: string; readonly credentials: string | undefined }[];
}

/** What a proxy does. */
export interface ProxyBehaviour {
  /** What it does in place of passing calls on: answer with a status, hang up, or never answer. */
  readonly refusal?: number | "hangs up" | "is silent";
  /** Whether it is to be spoken to by https. */
  readonly tls?: boolean;
}

/**
 * Starts a proxy on 127.0.0.1, closed at the end of the test. It opens tunnels (CONNECT), and passes on requests that come with
 * their whole URL.
 *
 * @param port where all calls are passed on to, whatever host they name
 */
export async function proxyForTest(port: number, { refusal, tls = false }: ProxyBehaviour = {}): Promise<ProxyForTest> {
  const asked: ProxyForTest["asked"][number][] = [];
  const sockets = new Set<Socket>();
  const note = (line: string, authorization: string | undefined) =>
    asked.push({
      line,
      credentials: authorization && Buffer.from(authorization.replace("Basic ", ""), "base64").toString(),
    });
  const listener: RequestListener = (incoming, outgoing) => {
    note(`${incoming.method ?? ""} ${incoming.url ?? ""}`, incoming.headers["proxy-authorization"]);
    if (refusal === "hangs up") return void incoming.socket.destroy();
    if (refusal === "is silent") return;
    if (refusal !== undefined) return void outgoing.writeHead(refusal).end("no");
    const { method, headers, url = "" } = incoming;
    const { pathname } = new URL(url);
    const passedOn = request({ host: "127.0.0.1", port, method, headers, path: pathname }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passedOn.on("error", () => incoming.socket.destroy());
    outgoing.on("close", () => passedOn.destroy());
    incoming.pipe(passedOn);
  };
  const server = tls ? createTlsServer({ key: TLS_KEY, cert: SELF_SIGNED }, listener) : createServer(listener);
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("connect", (incoming: IncomingMessage, socket: Socket) => {
    note(`CONNECT ${incoming.url ?? ""}`, incoming.headers["proxy-authorization"]);
    socket.on("error", () => undefined);
    if (refusal === "hangs up") return void socket.destroy();
    if (refusal === "is silent") return;
    if (refusal !== undefined) {
      return void socket.end(`HTTP/1.1 ${refusal} ${STATUS_CODES[refusal] ?? ""}\r\ncontent-length: 0\r\n\r\n`);
    }
    const target = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    sockets.add(target);
    target.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
