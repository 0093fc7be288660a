import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { TLSSocket, type TlsOptions } from "node:tls";

import { describe, expect, onTestFinished, test } from "vitest";

import { ada, clientOf, errorOf } from "./support/setup.js";
import { EXPIRED, SELF_SIGNED, TLS_KEY } from "./support/tls.js";

const answer = (_: IncomingMessage, response: ServerResponse) => response.writeHead(404).end();
const http = () => createServer(answer);
const https = (options: TlsOptions = {}) => createTlsServer({ key: TLS_KEY, cert: SELF_SIGNED, ...options }, answer);
const tcp = (onConnection: (socket: Socket) => void) =>
  createTcpServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  });

/** Answers a greeting of TLS with an alert. */
const alerting = (alert: number) =>
  tcp((socket) => socket.once("data", () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, alert]))));

/** Speaks TLS until it has read a request, and then something else: an error of TLS after the request was sent. */
const garbageAfterTheRequest = () =>
  tcp((socket) => {
    const encrypted = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _, done) => socket.write(chunk, () => { done(); }), // prettier-ignore
    });
    socket.on("data", (chunk) => encrypted.push(chunk));
    const plain = new TLSSocket(encrypted, { isServer: true, key: TLS_KEY, cert: SELF_SIGNED });
    plain.on("error", () => undefined);
    plain.once("data", () => socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
  });

async function portOf(server: Server): Promise<number> {
  server.on("tlsClientError", () => undefined);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return (server.address() as AddressInfo).port;
}

async function failureOf(scheme: string, server: Server): Promise<Error> {
  const { client } = clientOf(
    { url: `${scheme}://127.0.0.1:${await portOf(server)}/api/v1`, apiKey: "key" },
    { maxRetries: 0 },
  );
  return (await errorOf(client.contacts.create(ada))) as Error;
}

/** For one test: Node's fetch has no other way to trust a certificate that is made for it. */
function trustAllCertificates(): void {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  onTestFinished(() => {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
  });
}

describe("a connection that did not come about: nothing was sent, and the message says why", () => {
  test.each<[string, string, () => Server, RegExp]>([
    ["https at a port that speaks http", "https", http, /does not speak TLS\. Check the scheme/],
    [
      "https at a port that speaks SSH",
      "https",
      () => tcp((socket) => socket.write("SSH-2.0-OpenSSH_9.6\r\n")),
      /does not speak TLS/,
    ],
    ["a server that speaks old versions of TLS only", "https", () => alerting(70), /only TLS before 1\.2/],
    ["a server that refuses the handshake", "https", () => alerting(40), /require a client certificate/],
    [
      "a server that requires a client certificate, in TLS 1.2",
      "https",
      () => https({ requestCert: true, maxVersion: "TLSv1.2" }),
      /require a client certificate/,
    ],
    ["https at a port that hangs up at once", "https", () => tcp((socket) => socket.end()), /other side closed/],
    [
      "https at a port that hangs up at the first bytes",
      "https",
      () => tcp((socket) => socket.once("data", () => socket.end())),
      /other side closed/,
    ],
    [
      "https at a port that resets the connection at the first bytes",
      "https",
      () => tcp((socket) => socket.once("data", () => socket.resetAndDestroy())),
      /other side closed/,
    ],
    ["a certificate that nobody trusts", "https", https, /is not trusted here/],
    ["a certificate that has expired", "https", () => https({ cert: EXPIRED }), /has expired/],
  ])("%s", async (name, scheme, server, advice) => {
    if (name.includes("client certificate")) trustAllCertificates();

    const thrown = await failureOf(scheme, server());

    expect(thrown).toMatchObject({ name: "ConnectionError", maybeDelivered: false });
    expect(thrown.message).toMatch(/^Could not connect to /);
    expect(thrown.message).toMatch(advice);
    expect(thrown.message).toMatch(/ Nothing was written\.$/);
  });
});

describe("a connection that was lost: the request may have arrived, and the message says what is known", () => {
  test.each<[string, string, () => Server, RegExp]>([
    ["http at a port that speaks TLS", "http", https, /other side closed.*Check the scheme/],
    ["http at a port that hangs up", "http", () => tcp((socket) => socket.once("data", () => socket.end())), /closed/],
    [
      "http at a port that speaks SSH",
      "http",
      () => tcp((socket) => socket.write("SSH-2.0-OpenSSH_9.6\r\n")),
      /does not speak HTTP/,
    ],
    [
      "a server that requires a client certificate, in TLS 1.3",
      "https",
      () => https({ requestCert: true, minVersion: "TLSv1.3" }),
      /other side closed|client certificate/,
    ],
    ["an answer that is not TLS, after the request", "https", garbageAfterTheRequest, /other side closed|TLS/],
  ])("%s", async (_, scheme, server, advice) => {
    if (scheme === "https") trustAllCertificates();

    const thrown = await failureOf(scheme, server());

    expect(thrown).toMatchObject({ name: "ConnectionError", maybeDelivered: true });
    expect(thrown.message).toMatch(/^The connection to .* was lost before a whole answer came\./);
    expect(thrown.message).toMatch(advice);
  });
});

test.each([
  ["ERR_TLS_CERT_ALTNAME_INVALID", "is for another host name"],
  ["CERT_NOT_YET_VALID", "is not valid yet"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "is not trusted here"],
  ["ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", "client certificate"],
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "client certificate"],
  ["ERR_SSL_UNSUPPORTED_PROTOCOL", "before 1.2"],
  ["EPROTO", "TLS failed"],
  ["HPE_INVALID_CONSTANT", "does not speak HTTP"],
])("the code %s is explained: %s", async (code, advice) => {
  const { client } = clientOf(
    { url: "https://127.0.0.1/api/v1", apiKey: "key" },
    { maxRetries: 0, fetch: () => Promise.reject(Object.assign(new Error("…"), { code })) },
  );

  const { message } = (await errorOf(client.contacts.create(ada))) as Error;

  expect(message).toContain(`(${code})`);
  expect(message).toContain(advice);
});

test.each(["EMFILE", undefined])("an error whose code is %s is not explained", async (code) => {
  const { client } = clientOf(
    { url: "https://127.0.0.1/api/v1", apiKey: "key" },
    { maxRetries: 0, fetch: () => Promise.reject(Object.assign(new Error("…"), { code })) },
  );

  expect(await errorOf(client.contacts.create(ada))).toMatchObject({
    message: expect.stringMatching(/before a whole answer came\. Apollo may have written/) as string,
  });
});
