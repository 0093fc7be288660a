import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

import {
  createApolloClient,
  type ApolloApiError,
  type ConnectionError,
  type CreateContactRequest,
} from "@datafly/apollo-client";
import { Agent } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";

import { directFetch } from "../../src/http/direct-fetch.js";
import { dispatcherFetch } from "../../src/http/dispatcher-fetch.js";
import { unreachableUrl } from "../support/http-server.js";
import { SELF_SIGNED, TLS_KEY } from "../support/tls.js";

const ada: CreateContactRequest = { first_name: "Ada", last_name: "Byron" };
const ID = "66f1c0ffee0000000000a001";
const CREATED = JSON.stringify({ contact: { id: ID }, labels: [] });
const MAX_BODY_BYTES = 1024 * 1024;

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers requests; its connections are closed at the end of the test. */
async function httpServer(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener);
  const port = await listening(server);
  onTestFinished(() => {
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${port}/api/v1`;
}

/** A server that writes an answer byte by byte, as it is given, to whatever it reads. */
async function rawServer(answer: (socket: Socket) => void): Promise<string> {
  const port = await listening(
    createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        answer(socket);
      });
      onTestFinished(() => {
        socket.destroy();
      });
    }),
  );
  return `http://127.0.0.1:${port}/api/v1`;
}

const clientOf = (baseUrl: string, options: { timeoutMs?: number } = {}) =>
  createApolloClient({ apiKey: "the-key", baseUrl, maxRetries: 0, fetch: directFetch(), ...options });

const create = (baseUrl: string, options?: { timeoutMs?: number }) => clientOf(baseUrl, options).contacts.create(ada);

const errorOf = async (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error as ApolloApiError & ConnectionError,
  );

describe("a call", () => {
  test("arrives with method, path, headers and body, and its answer comes back", async () => {
    const arrived: { line: string; headers: IncomingMessage["headers"]; body: string }[] = [];
    const url = await httpServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        arrived.push({ line: `${request.method ?? ""} ${request.url ?? ""}`, headers: request.headers, body });
        response.writeHead(200, { "X-Rate-Limit-Minute": "50", "x-minute-usage": "1" }).end(CREATED);
      });
    });

    const created = await create(url);

    expect(created).toMatchObject({ contact: { id: ID }, status: 200, rateLimit: { minute: { limit: 50, left: 49 } } });
    expect(arrived).toMatchObject([
      {
        line: "POST /api/v1/contacts",
        headers: { "x-api-key": "the-key", "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify(ada),
      },
    ]);
  });

  test("a check goes out as GET without a body", async () => {
    let line = "";
    const url = await httpServer((request, response) => {
      line = `${request.method ?? ""} ${request.url ?? ""} ${request.headers["content-length"] ?? "none"}`;
      response.end('{"healthy":true,"is_logged_in":true}');
    });

    expect(await clientOf(url).checkKey()).toMatchObject({ valid: true });
    expect(line).toBe("GET /api/v1/auth/health none");
  });

  test("calls one after the other share connections", async () => {
    const sockets = new Set<Socket>();
    const url = await httpServer(({ socket }, response) => {
      sockets.add(socket);
      response.end(CREATED);
    });
    const client = clientOf(url);

    for (let call = 0; call < 5; call++) await client.contacts.create(ada);

    // A connection is free again a moment after its answer has been read.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  test("a redirect is not followed, so that the key goes nowhere else", async () => {
    const paths: (string | undefined)[] = [];
    const url = await httpServer((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: "/elsewhere" }).end();
    });

    expect(await errorOf(create(url))).toMatchObject({ name: "RedirectError", status: 307 });
    expect(paths).toEqual(["/api/v1/contacts"]);
  });

  test("an interim response is not the answer", async () => {
    const url = await httpServer((_, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      response.end(CREATED);
    });

    expect(await create(url)).toMatchObject({ status: 200 });
  });
});

describe("nothing was sent", () => {
  test("if the connection is refused", async () => {
    expect(await errorOf(create(await unreachableUrl()))).toMatchObject({
      name: "ConnectionError",
      maybeDelivered: false,
      message: expect.stringContaining("(ECONNREFUSED)") as string,
    });
  });

  test("if the host is not known", async () => {
    expect(await errorOf(create("http://host.invalid/api/v1"))).toMatchObject({ maybeDelivered: false });
  });

  test("if the server's certificate is not trusted", async () => {
    const port = await listening(createTlsServer({ key: TLS_KEY, cert: SELF_SIGNED }));

    expect(await errorOf(create(`https://127.0.0.1:${port}/api/v1`))).toMatchObject({
      maybeDelivered: false,
      message: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT") as string,
    });
  });

  test("if the TLS handshake is broken off", async () => {
    const port = await listening(createServer((socket) => socket.once("data", () => socket.destroy())));

    expect(await errorOf(create(`https://127.0.0.1:${port}/api/v1`))).toMatchObject({ maybeDelivered: false });
  });

  test("if the server does not let a connection come about in time", async () => {
    const connect = (_: unknown, callback: (error: Error, socket: null) => void) => {
      callback(Object.assign(new Error("Connect Timeout Error"), { code: "UND_ERR_CONNECT_TIMEOUT" }), null);
    };
    const fetch = dispatcherFetch(new Agent({ connect }));
    const client = createApolloClient({
      apiKey: "the-key",
      baseUrl: "http://127.0.0.1:9/api/v1",
      maxRetries: 0,
      fetch,
    });

    expect(await errorOf(client.contacts.create(ada))).toMatchObject({ maybeDelivered: false });
  });

  test("if the caller gives up while it waits for a connection", async () => {
    const controller = new AbortController();
    let sent = false;
    const url = await rawServer(() => (sent = true));
    const call = clientOf(url).contacts.create(ada, { signal: controller.signal });

    controller.abort();

    expect(await errorOf(call)).toMatchObject({ name: "RequestAbortedError" });
    await sleep(50);
    expect(sent).toBe(false);
  });
});

describe("the call may have been carried out", () => {
  test("if the connection is lost before the answer", async () => {
    const url = await rawServer((socket) => socket.destroy());

    expect(await errorOf(create(url))).toMatchObject({ name: "ConnectionError", maybeDelivered: true });
  });

  test.each([
    ["in its headers", "HTTP/1.1 200 OK\r\ncontent-len"],
    ["in a body of a known length", `HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n${CREATED}`],
    ["in a chunked body", `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2a\r\n{"contact"`],
    ["in a compressed body", "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 500\r\n\r\n\u001f"],
  ])("if an answer of success breaks off %s", async (_, answer) => {
    const url = await rawServer((socket) => socket.end(answer));

    expect(await errorOf(create(url))).toMatchObject({ name: "ConnectionError", maybeDelivered: true });
  });

  test("if the answer is not HTTP", async () => {
    const url = await rawServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));

    expect(await errorOf(create(url))).toMatchObject({ name: "ConnectionError", maybeDelivered: true });
  });

  test("if there is no answer in time, and the connection is let go", async () => {
    let closed = false;
    const url = await rawServer((socket) => socket.on("close", () => (closed = true)));

    expect(await errorOf(create(url, { timeoutMs: 250 }))).toMatchObject({
      name: "TimeoutError",
      maybeDelivered: true,
    });
    await expect.poll(() => closed).toBe(true);
  });

  test("if a body is not complete in time, and the connection is let go", async () => {
    let closed = false;
    const url = await rawServer((socket) => {
      socket.on("close", () => (closed = true));
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n${CREATED}`);
    });

    expect(await errorOf(create(url, { timeoutMs: 250 }))).toMatchObject({
      name: "TimeoutError",
      maybeDelivered: true,
    });
    await expect.poll(() => closed).toBe(true);
  });

  test("if its caller gives up, and the connection is let go", async () => {
    const controller = new AbortController();
    let closed = false;
    const url = await rawServer((socket) => {
      socket.on("close", () => (closed = true));
      controller.abort();
    });

    const error = await errorOf(clientOf(url).contacts.create(ada, { signal: controller.signal }));

    expect(error).toMatchObject({ name: "RequestAbortedError", maybeDelivered: true });
    await expect.poll(() => closed).toBe(true);
  });
});

describe("a body", () => {
  test("of a refusal that breaks off keeps its beginning", async () => {
    const url = await rawServer((socket) => {
      socket.end("HTTP/1.1 422 Unprocessable\r\ncontent-type: text/plain\r\ncontent-length: 500\r\n\r\nBad e-mail");
    });

    expect(await errorOf(create(url))).toMatchObject({ status: 422, maybeDelivered: false, body: "Bad e-mail" });
  });

  test("without end is not read on, and its connection is let go", async () => {
    let [written, closed] = [0, false];
    const url = await httpServer((request, response) => {
      request.resume();
      const part = Buffer.alloc(64 * 1024, " ");
      const write = () => {
        while (!closed && response.write(part)) written += part.length;
      };
      response.on("drain", write).on("close", () => (closed = true));
      response.writeHead(500);
      write();
    });

    expect(await errorOf(create(url))).toMatchObject({ name: "ServerError", status: 500 });
    await expect.poll(() => closed).toBe(true);
    expect(written).toBeLessThan(10 * MAX_BODY_BYTES);
  });

  test.each<[string, (text: string) => Buffer]>([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("that is compressed unasked, as %s, is read", async (encoding, compress) => {
    let asked: string | undefined;
    const url = await httpServer((request, response) => {
      asked = request.headers["accept-encoding"];
      response.writeHead(200, { "content-encoding": encoding }).end(compress(CREATED));
    });

    expect(await create(url)).toMatchObject({ contact: { id: ID } });
    expect(asked).toBeUndefined();
  });

  test("that is compressed is read to the same length as any other", async () => {
    const url = await httpServer((_, response) => {
      response
        .writeHead(200, { "content-encoding": "gzip" })
        .end(gzipSync(`${CREATED}${" ".repeat(3 * MAX_BODY_BYTES)}no JSON`));
    });

    expect(await create(url)).toMatchObject({ contact: { id: ID } });
  });

  test("that says it is compressed and is not may be that of a contact that was written", async () => {
    const url = await httpServer((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(CREATED);
    });

    expect(await errorOf(create(url))).toMatchObject({ maybeDelivered: true });
  });

  test("in many parts is put together", async () => {
    const url = await httpServer((_, response) => {
      const parts = [...Buffer.from(`{"contact":{"id":"${ID}","first_name":"Ädä 😀"}}`)];
      const write = () => {
        const part = parts.splice(0, 7);
        if (part.length === 0) response.end();
        else response.write(Buffer.from(part), () => setImmediate(write));
      };
      write();
    });

    expect(await create(url)).toMatchObject({ contact: { id: ID, first_name: "Ädä 😀" } });
  });
});
