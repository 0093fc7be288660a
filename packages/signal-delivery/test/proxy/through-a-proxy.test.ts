import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";

import { beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { leads, ndjson } from "../support/events.js";
import { folderForTest, type Folder } from "../support/folder.js";
import { unreachableUrl } from "../support/http-server.js";
import { startProgram } from "../support/program.js";
import { proxyForTest } from "../support/proxy.js";
import { objectsOf } from "../support/run.js";
import { sandboxForTest } from "../support/sandbox.js";
import { SELF_SIGNED, TLS_KEY } from "../support/tls.js";

const APOLLO = "https://apollo.example/api/v1";
const KEY = "KEY-4711";
const PASSWORD = "p@SS-4712";
const ENCODED = "p%40SS-4712";

let folder: Folder;
let authority: string;

beforeEach(async () => {
  folder = await folderForTest();
  authority = await folder.write("authority.pem", SELF_SIGNED);
});

/** Runs the program as a process of its own, and looks whether it printed or kept a secret. */
async function deliver(env: Record<string, string>, ...flags: string[]) {
  const file = await folder.write("leads.ndjson", ndjson(leads(3)));
  const run = startProgram(["deliver", "--json", "--concurrency", "1", ...flags, file], {
    env: { APOLLO_API_KEY: KEY, ...env },
  });
  const end = await run.ended;
  const base64 = Buffer.from(`ada:${PASSWORD}`).toString("base64");
  for (const secret of [KEY, PASSWORD, ENCODED, base64]) expect(end.stdout + end.stderr).not.toContain(secret);
  return { ...end, letters: await folder.deadLetters("leads.ndjson.dead-letters.ndjson") };
}

/** Apollo with a certificate that only {@link authority} vouches for. */
async function apolloWithTls(status = 200): Promise<{ port: number; keys: (string | undefined)[] }> {
  const keys: (string | undefined)[] = [];
  const server: Server = createServer({ key: TLS_KEY, cert: SELF_SIGNED }, (incoming, response) => {
    keys.push(incoming.headers["x-api-key"] as string | undefined);
    incoming.resume().on("end", () => {
      response.writeHead(status, { "content-type": "application/json", location: "https://elsewhere.example/" });
      response.end(JSON.stringify({ contact: { id: "66f1c0ffee0000000000a001" }, labels: [] }));
    });
  });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, keys };
}

describe("https through a proxy", () => {
  test.each(["HTTPS_PROXY", "https_proxy", "HTTP_PROXY"])(
    "%s: calls go through a tunnel, with the proxy's own credentials, and end to end encrypted",
    async (variable) => {
      const apollo = await apolloWithTls();
      const proxy = await proxyForTest(apollo.port);

      const { exitCode, stdout, stderr } = await deliver({
        APOLLO_BASE_URL: APOLLO,
        [variable]: `http://ada:${ENCODED}@${proxy.host}`,
        NODE_EXTRA_CA_CERTS: authority,
      });

      expect(stderr).toContain("3 delivered");
      expect(exitCode).toBe(0);
      expect(objectsOf(stdout)).toHaveLength(3);
      expect(apollo.keys).toEqual([KEY, KEY, KEY]);
      for (const asked of proxy.asked) {
        expect(asked).toEqual({ line: "CONNECT apollo.example:443", credentials: `ada:${PASSWORD}` });
      }
      // A tunnel serves several calls.
      expect(proxy.asked.length).toBeOneOf([1, 2]);
    },
  );

  test("a proxy that is spoken to by https", async () => {
    const apollo = await apolloWithTls();
    const proxy = await proxyForTest(apollo.port, { tls: true });

    const { exitCode, stderr } = await deliver({
      APOLLO_BASE_URL: APOLLO,
      HTTPS_PROXY: `https://ada:${ENCODED}@${proxy.host}`,
      NODE_EXTRA_CA_CERTS: authority,
    });

    expect(stderr).toContain("3 delivered");
    expect(exitCode).toBe(0);
    expect(apollo.keys).toHaveLength(3);
    expect(proxy.asked).toContainEqual({ line: "CONNECT apollo.example:443", credentials: `ada:${PASSWORD}` });
  });

  test("a certificate that nobody trusts stops the run, and says how to trust a proxy's own authority", async () => {
    const apollo = await apolloWithTls();
    const proxy = await proxyForTest(apollo.port);

    const { exitCode, stderr, letters } = await deliver({
      APOLLO_BASE_URL: APOLLO,
      HTTPS_PROXY: `http://${proxy.host}`,
    });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("Set NODE_EXTRA_CA_CERTS to the authority's certificate");
    expect(stderr).toContain("Nothing was written.");
    expect(letters).toEqual([]);
    expect(apollo.keys).toEqual([]);
  });

  test("a redirect is not followed", async () => {
    const apollo = await apolloWithTls(302);
    const proxy = await proxyForTest(apollo.port);

    const { exitCode, stderr } = await deliver({
      APOLLO_BASE_URL: APOLLO,
      HTTPS_PROXY: `http://${proxy.host}`,
      NODE_EXTRA_CA_CERTS: authority,
    });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("redirects (302) to https://elsewhere.example/");
    expect(proxy.asked.map(({ line }) => line)).toEqual(["CONNECT apollo.example:443"]);
  });
});

describe("a proxy that lets nothing through: nothing was sent, no lead is at fault, and Apollo is not blamed", () => {
  test.each([
    [407, "(407). Check the user name and the password in HTTPS_PROXY."],
    [403, "(403). Ask those who run the proxy to allow it, or list the host in NO_PROXY"],
    [502, "(502). Ask those who run the proxy"],
  ])("%i", async (status, advice) => {
    const proxy = await proxyForTest(1, { refusal: status });

    const { exitCode, stdout, stderr, letters } = await deliver({
      APOLLO_BASE_URL: APOLLO,
      HTTPS_PROXY: `http://ada:${ENCODED}@${proxy.host}`,
    });

    expect(exitCode).toBe(3);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      `Could not connect to ${APOLLO}. The proxy ${proxy.host} (HTTPS_PROXY) refused the connection ${advice}`,
    );
    expect(stderr).toContain("Nothing was written.");
    expect(letters).toEqual([]);
  });

  test("407 to http, without a tunnel", async () => {
    const sandbox = await sandboxForTest();
    const proxy = await proxyForTest(1, { refusal: 407 });

    const { exitCode, stderr, letters } = await deliver({
      APOLLO_BASE_URL: sandbox.url,
      HTTP_PROXY: `http://ada:${ENCODED}@${proxy.host}`,
    });

    expect(exitCode).toBe(3);
    expect(stderr).toContain(`The proxy ${proxy.host} (HTTP_PROXY) refused the connection (407).`);
    expect(stderr).toContain("Nothing was written.");
    expect(letters).toEqual([]);
    expect(sandbox.requests()).toEqual([]);
  });

  test("one that hangs up is not asked without end", async () => {
    const proxy = await proxyForTest(1, { refusal: "hangs up" });

    const { exitCode, stderr, letters } = await deliver({
      APOLLO_BASE_URL: APOLLO,
      HTTPS_PROXY: `http://ada:${ENCODED}@${proxy.host}`,
    });

    expect(exitCode).toBe(3);
    expect(stderr).toContain(`The proxy ${proxy.host} (HTTPS_PROXY) cannot be reached, or does not answer`);
    expect(stderr).toContain("Nothing was written.");
    expect(letters).toEqual([]);
    expect(proxy.asked.length).toBeLessThanOrEqual(5);
  });

  test.each([APOLLO, "http://apollo.example/api/v1"])("one that cannot be reached, on the way to %s", async (url) => {
    const { host } = new URL(await unreachableUrl());

    const { exitCode, stderr, letters } = await deliver({
      APOLLO_BASE_URL: url,
      HTTP_PROXY: `http://ada:${ENCODED}@${host}`,
    });

    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      `The proxy ${host} (HTTP_PROXY) cannot be reached, or does not answer (ECONNREFUSED). Check HTTP_PROXY and the network. Nothing was written.`,
    );
    expect(letters).toEqual([]);
  });

  test("a URL that is not one ends the program with 2", async () => {
    const { exitCode, stdout, stderr } = await deliver({
      APOLLO_BASE_URL: APOLLO,
      HTTPS_PROXY: `http://ada:${PASSWORD}/@proxy.example:3128`,
    });

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^HTTPS_PROXY is not the URL of an HTTP proxy, .+\n$/);
  });
});

describe("without a proxy for the address, only the part of undici that makes connections is loaded", () => {
  const tellsAtExit = `import Module from "node:module"; process.on("exit", () =>
    console.error(Object.keys(Module._cache).some((file) => /[\\\\/]undici[\\\\/]index.js$/.test(file)) ? "ALL LOADED" : "PART LOADED"));`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(tellsAtExit)}`;

  test.each([
    ["no variable", () => ({}), "PART LOADED"],
    ["HTTPS_PROXY, and an address of http", (host: string) => ({ HTTPS_PROXY: host }), "PART LOADED"],
    ["NO_PROXY=*", (host: string) => ({ HTTP_PROXY: host, NO_PROXY: "*" }), "PART LOADED"],
    ["HTTP_PROXY", (host: string) => ({ HTTP_PROXY: host }), "ALL LOADED"],
  ])("%s", async (_, env, expected) => {
    const sandbox = await sandboxForTest({ keys: { [KEY]: "contacts/create" } });
    const { host } = await proxyForTest(Number(new URL(sandbox.url).port));

    const { exitCode, stderr } = await deliver({ APOLLO_BASE_URL: sandbox.url, NODE_OPTIONS, ...env(host) });

    expect(exitCode).toBe(0);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(expected);
  });
});

describe("http, such as a sandbox on this machine", () => {
  test("HTTPS_PROXY leaves it alone", async () => {
    const sandbox = await sandboxForTest({ keys: { [KEY]: "contacts/create" } });
    const proxy = await proxyForTest(1, { refusal: 502 });

    const { exitCode } = await deliver({ APOLLO_BASE_URL: sandbox.url, HTTPS_PROXY: `http://${proxy.host}` });

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toHaveLength(3);
    expect(proxy.asked).toEqual([]);
  });

  test("HTTP_PROXY is asked for it, by its whole URL", async () => {
    const sandbox = await sandboxForTest({ keys: { [KEY]: "contacts/create" } });
    const proxy = await proxyForTest(Number(new URL(sandbox.url).port));

    const { exitCode } = await deliver({ APOLLO_BASE_URL: sandbox.url, HTTP_PROXY: `ada:${ENCODED}@${proxy.host}` });

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toHaveLength(3);
    const line = `POST ${sandbox.url}/contacts`;
    expect(proxy.asked).toEqual(leads(3).map(() => ({ line, credentials: `ada:${PASSWORD}` })));
  });

  test.each([
    ["127.0.0.1", true],
    ["localhost,127.0.0.1", true],
    ["localhost 127.0.0.1", true],
    ["127.0.0.1:PORT", true],
    ["*", true],
    ["127.0.0.1:1", false],
    ["27.0.0.1", false],
    ["localhost", false],
  ])("NO_PROXY=%s calls it directly: %s", async (list, direct) => {
    const sandbox = await sandboxForTest({ keys: { [KEY]: "contacts/create" } });
    const { port } = new URL(sandbox.url);
    const proxy = await proxyForTest(Number(port));

    await deliver({
      APOLLO_BASE_URL: sandbox.url,
      HTTP_PROXY: `http://${proxy.host}`,
      NO_PROXY: list.replace("PORT", port),
    });

    expect(sandbox.contacts()).toHaveLength(3);
    expect(proxy.asked.length === 0).toBe(direct);
  });

  test.each([
    ["example", true],
    [".example", true],
    ["*.example", true],
    ["apollo.example", true],
    ["pollo.example", false],
    ["www.apollo.example", false],
  ])("NO_PROXY=%s calls apollo.example directly: %s", async (list, direct) => {
    const proxy = await proxyForTest(1, { refusal: 403 });

    const { exitCode } = await deliver({
      APOLLO_BASE_URL: APOLLO,
      HTTPS_PROXY: `http://${proxy.host}`,
      NO_PROXY: list,
    });

    // There is no such host.
    expect(exitCode).toBe(3);
    expect(proxy.asked.length === 0).toBe(direct);
  });
});
