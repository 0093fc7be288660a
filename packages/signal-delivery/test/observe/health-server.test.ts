import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

import { expect, onTestFinished, test } from "vitest";

import { APOLLO } from "../../../signal-apollo-worker/src/apollo-connector.js";
import { startHealthServer, type HealthServer, type HealthServerOptions } from "../../src/observe/health-server.js";
import { Health } from "../../src/observe/health.js";
import { METRIC_NAMES } from "../../src/observe/metric-catalog.js";
import { Metrics } from "../../src/observe/metrics.js";
import { UsageError } from "../../src/usage-error.js";
import { parseExposition } from "./exposition.js";

/** A server of an idle worker, closed at the end of the test. */
const idleKafka = { lags: () => new Map([[0, 0]]), joins: () => 1, problem: () => undefined };

async function serverForTest(options: Partial<HealthServerOptions> = {}): Promise<HealthServer & { health: Health }> {
  const health = new Health({ now: () => 0, held: () => 0 });
  const metrics = new Metrics({
    vendor: APOLLO,
    gateOpen: () => true,
    away: () => false,
    laneDepth: () => 0,
    inFlight: () => 0,
    consentAvailable: () => true,
    kafka: idleKafka,
  });
  const server = await startHealthServer({ port: 0, metrics, health, ...options });
  onTestFinished(() => server.close());
  return { ...server, health };
}

test("the metrics are served as Prometheus reads them", async () => {
  const { url } = await serverForTest();

  const response = await fetch(`${url}/metrics?name=any`);
  const body = await response.text();

  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(parseExposition(body).length).toBeGreaterThan(METRIC_NAMES.length);
  for (const name of METRIC_NAMES) expect(body).toContain(`# TYPE ${name} `);
});

test("a process that answers is alive, even while it is not ready", async () => {
  const { url, health } = await serverForTest();
  health.stopped("Apollo.io does not know the API key");

  const response = await fetch(`${url}/healthz`);

  expect(response.status).toBe(200);
  expect(await response.text()).toBe("ok");
});

test("a worker that is ready says so, and one that is not says why", async () => {
  const { url, health } = await serverForTest();

  const before = await fetch(`${url}/readyz`);
  expect(before.status).toBe(200);
  expect(before.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(await before.json()).toEqual({ ready: true });

  health.stopped("Apollo.io does not know the API key");
  const after = await fetch(`${url}/readyz`);
  expect(after.status).toBe(503);
  expect(await after.json()).toEqual({ ready: false, reason: "Apollo.io does not know the API key" });
});

test.each(["/", "/metrics/", "/metricsx", "/healthz/deep", "/%6detrics", "//metrics", "/constructor"])(
  "there is nothing at %s",
  async (path) => {
    const { url } = await serverForTest();

    const response = await fetch(`${url}${path}`);

    expect(response.status).toBe(404);
  },
);

test.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])("%s is refused", async (method) => {
  const { url } = await serverForTest();

  for (const path of ["/metrics", "/healthz", "/readyz"]) {
    const response = await fetch(`${url}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET");
  }
});

test("metrics that cannot be read are an error of the server, which says nothing of why, and goes on", async () => {
  const { url } = await serverForTest({
    metrics: { exposition: () => Promise.reject(new Error("ada@lead.example")) },
  });

  const response = await fetch(`${url}/metrics`);

  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("@");
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test("only this machine is served where no host is given", async () => {
  const { url, port } = await serverForTest();

  expect(port).toBeGreaterThan(0);
  expect(url).toBe(`http://127.0.0.1:${port}`);
});

test("a port in use is one sentence that says so", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;

  const error: unknown = await serverForTest({ port }).catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toBe(
    `Metrics cannot be served at 127.0.0.1:${port}: the port is in use; choose another one, or 0 for any that is free.`,
  );
});

test.each([
  { port: 65_536, host: "127.0.0.1", message: "a port is a number from 0 to 65535" },
  { port: Number.NaN, host: "127.0.0.1", message: "a port is a number from 0 to 65535" },
  { port: 0, host: "192.0.2.1", message: "this machine does not have that address" },
])("$host:$port cannot be listened at", async ({ port, host, message }) => {
  await expect(serverForTest({ port, host })).rejects.toThrow(
    new UsageError(`Metrics cannot be served at ${host}:${port}: ${message}.`),
  );
});

test("it closes at once, whatever is at the other end of its connections", async () => {
  const server = await serverForTest({ metrics: { exposition: () => new Promise(() => undefined) } });
  const { port } = server;
  const silent = connect(port, "127.0.0.1");
  const half = connect(port, "127.0.0.1");
  const waiting = connect(port, "127.0.0.1");
  const sockets = [silent, half, waiting];
  for (const socket of sockets) socket.on("error", () => undefined).resume();
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  half.write("GET /healthz HTTP/1.1\r\nHost:");
  waiting.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await fetch(`http://127.0.0.1:${port}/healthz`);

  const ends = sockets.map((socket) => once(socket, "close"));
  await server.close();
  await server.close();

  await Promise.all(ends);
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
});

test("two thousand idle connections hold no descriptors, and keep nobody from a scrape", async () => {
  const { url, port } = await serverForTest();
  const idle: Socket[] = [];
  onTestFinished(() => {
    for (const socket of idle) socket.destroy();
  });
  let open = 0;
  for (let batch = 0; batch < 20; batch++) {
    const opened = Array.from({ length: 100 }, () => {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      idle.push(socket);
      open += 1;
      socket.on("close", () => (open -= 1)).resume();
      return once(socket, "connect");
    });
    await Promise.allSettled(opened);
  }

  const response = await fetch(`${url}/metrics`);

  expect(response.status).toBe(200);
  await expect.poll(() => open).toBeLessThanOrEqual(100);
});

test("a request that does not come to its end is closed", { timeout: 15_000 }, async () => {
  const { port } = await serverForTest();
  const socket = connect(port, "127.0.0.1").resume();
  onTestFinished(() => void socket.destroy());

  socket.write("GET /metrics HTTP/1.1\r\nhost: x\r\n");

  await once(socket, "close");
});
