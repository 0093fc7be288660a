import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { inspect } from "node:util";

import { fc, test as propertyTest } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { ConsentStoreError } from "@datafly/signal-apollo-connector";
import { parseFlagPath } from "../../src/consent/flag-path.js";
import { DEFAULT_KEY_TEMPLATE, parseKeyTemplate } from "../../src/consent/key-template.js";
import { openConsentStore } from "../../src/consent/open-consent-store.js";
import { RedisConsentStore, type RedisConsentStoreOptions } from "../../src/consent/redis-consent-store.js";
import { freePort } from "../support/free-port.js";
import { hasRedis, startRedis, unlessRedis, type RedisForTest } from "./redis-server.js";
import { anyEntry, BARE_VALUES, isGranted, STORED_VALUES } from "./stored-values.js";

const visitor = { anonymousId: "a-1" };
const granting = '{"canonical":{"marketing":true}}';
const revoking = '{"canonical":{"marketing":false}}';

function storeForTest(
  options: RedisConsentStoreOptions,
  { key = DEFAULT_KEY_TEMPLATE, path = "canonical.{purpose}" } = {},
): RedisConsentStore {
  const store = new RedisConsentStore(options, { key: parseKeyTemplate(key), path: parseFlagPath(path) });
  onTestFinished(() => store.close());
  return store;
}

/** What a check throws, and after how many milliseconds. */
async function failureOf(store: RedisConsentStore): Promise<{ error: unknown; afterMs: number }> {
  const start = performance.now();
  const error: unknown = await store.check(visitor, "marketing").then(
    () => "nothing was thrown",
    (thrown: unknown) => thrown,
  );
  return { error, afterMs: performance.now() - start };
}

describe.skipIf(!hasRedis)(`what stands in Redis${unlessRedis}`, () => {
  let redis: RedisForTest;
  let canonical: RedisConsentStore;
  let bare: RedisConsentStore;
  beforeAll(async () => {
    redis = await startRedis();
    const key = parseKeyTemplate(DEFAULT_KEY_TEMPLATE);
    canonical = new RedisConsentStore(redis, { key, path: parseFlagPath("canonical.{purpose}") });
    bare = new RedisConsentStore(redis, { key, path: parseFlagPath("") });
  });
  afterAll(async () => {
    await Promise.all([canonical.close(), bare.close()]);
    await redis.close();
  });

  test.each(STORED_VALUES)("%s: %s", async (json, granted, evidence) => {
    await redis.command("SET", "consent:a-1", json);

    expect(await canonical.check(visitor, "marketing")).toEqual({ granted, evidence: `redis ${evidence}` });
  });

  test.each(BARE_VALUES)("with an empty path, %s: %s", async (json, granted, evidence) => {
    await redis.command("SET", "consent:a-1", json);

    expect(await bare.check(visitor, "marketing")).toEqual({ granted, evidence: `redis ${evidence}` });
  });

  test.each([
    ["", "the entry is not JSON"],
    // Which of the two is meant, nobody knows.
    ['{"canonical":{"marketing":false,"marketing":true}}', "a name is twice in the entry"],
    ['{"canonical":{"marketing":false},"canonical":{"marketing":true}}', "a name is twice in the entry"],
    ["yes", "the entry is not JSON"],
    [granting.slice(1), "the entry is not JSON"],
    ["True", "the entry is not JSON"],
    ["\u0000", "the entry is not JSON"],
  ])("%j, which is no JSON: not granted", async (text, evidence) => {
    await redis.command("SET", "consent:a-1", text);

    const consent = await canonical.check(visitor, "marketing");

    expect(consent).toEqual({ granted: false, evidence: `redis: ${evidence}` });
  });

  test("a hash: not granted, and the next entry can be read all the same", async () => {
    await redis.command("DEL", "consent:a-1");
    await redis.command("HSET", "consent:a-1", "marketing", "true");
    await redis.command("SET", "consent:a-2", granting);
    const store = storeForTest(redis);

    const evidence = "redis: the entry is not a string";
    expect(await store.check(visitor, "marketing")).toEqual({ granted: false, evidence });
    expect(await store.check({ anonymousId: "a-2" }, "marketing")).toMatchObject({ granted: true });
    await redis.command("DEL", "consent:a-1");
  });

  test("nothing: not granted", async () => {
    await redis.command("DEL", "consent:a-1");

    const consent = await canonical.check(visitor, "marketing");

    expect(consent).toEqual({ granted: false, evidence: "redis: no entry" });
  });

  test.each([
    ["consent:{userId|anonymousId}", { userId: 4711, anonymousId: "a-1" }, "consent:4711"],
    ["consent:{userId|anonymousId}", { anonymousId: "a-1" }, "consent:a-1"],
    ["{groupId}/{userId}", { groupId: "g 1", userId: "zoë\r\n" }, "g 1/zoë\r\n"],
  ])("the key %s of %j", async (key, event, rendered) => {
    await redis.command("FLUSHALL");
    await redis.command("SET", rendered, granting);

    expect(await storeForTest(redis, { key }).check(event, "marketing")).toMatchObject({ granted: true });
  });

  test("the purpose asked for counts", async () => {
    await redis.command("SET", "consent:a-1", '{"canonical":{"marketing":false,"analytics":true}}');
    const store = storeForTest(redis);

    expect(await store.check(visitor, "analytics")).toEqual({
      granted: true,
      evidence: "redis canonical.analytics = true",
    });
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: false });
    expect(await store.check(visitor, "personalization")).toMatchObject({ granted: false });
  });

  test("the database of the address counts", async () => {
    await redis.command("SET", "consent:a-1", granting);

    const store = storeForTest({ url: `${redis.url}/1` });

    expect(await store.check(visitor, "marketing")).toMatchObject({ evidence: "redis: no entry" });
  });

  test("consent that is revoked between two checks, granted again, and deleted", async () => {
    await redis.command("SET", "consent:a-1", granting);
    const store = storeForTest(redis);
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });

    await redis.command("SET", "consent:a-1", revoking);
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: false });

    await redis.command("SET", "consent:a-1", granting);
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });

    await redis.command("DEL", "consent:a-1");
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: false });
  });

  test("many checks at once each get their own answer, over one connection", async () => {
    await redis.command("FLUSHALL");
    const people = Array.from({ length: 200 }, (_, person) => person);
    await redis.command("MSET", ...people.flatMap((person) => [`consent:${person}`, person % 3 ? granting : revoking]));
    const connectionsBefore = await connectionsReceived(redis);
    const store = storeForTest(redis);

    const consents = await Promise.all(people.map((person) => store.check({ anonymousId: person }, "marketing")));

    expect(consents.map(({ granted }) => granted)).toEqual(people.map((person) => person % 3 !== 0));
    expect((await connectionsReceived(redis)) - connectionsBefore).toBe(1);
  });

  propertyTest.prop([anyEntry])("whatever is stored: granted only by the literal true at the path", async (entry) => {
    await redis.command("SET", "consent:a-1", JSON.stringify(entry));

    const { granted, evidence } = await canonical.check(visitor, "marketing");

    expect(granted).toBe(isGranted(entry));
    expect(evidence).toMatch(/^redis canonical\.marketing (= true|= false|is missing|is neither true nor false)$/);
  });

  propertyTest.prop([fc.string()])("whatever text is stored, it is never taken for a failure", async (text) => {
    await redis.command("SET", "consent:a-1", text);

    const { granted } = await bare.check(visitor, "marketing");

    expect(granted).toBe(text.trim() === "true");
  });
});

describe.skipIf(!hasRedis)(`Redis goes away and comes back${unlessRedis}`, () => {
  async function redisForTest(): Promise<RedisForTest> {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    await redis.command("SET", "consent:a-1", granting);
    return redis;
  }

  test("stopped: an error at once; started again: the same store works", async () => {
    const redis = await redisForTest();
    const store = storeForTest(redis);
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });

    await redis.stop();
    for (const { error, afterMs } of [await failureOf(store), await failureOf(store)]) {
      expect(error).toBeInstanceOf(ConsentStoreError);
      expect(afterMs).toBeLessThan(2_000);
    }

    await redis.start();
    expect(await store.check(visitor, "marketing")).toEqual({ granted: false, evidence: "redis: no entry" });
    await redis.command("SET", "consent:a-1", granting);
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });
  });

  test("started again between two checks: nothing is noticed", async () => {
    const redis = await redisForTest();
    const store = storeForTest(redis);
    await store.check(visitor, "marketing");

    await redis.stop();
    await redis.start();
    await redis.command("SET", "consent:a-1", granting);

    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });
  });

  test("paused: an error once the time is up; resumed: the same store works", async () => {
    const redis = await redisForTest();
    const store = storeForTest({ url: redis.url, timeoutMs: 300 });
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });

    redis.pause();
    // The second connects anew, which is answered by the system, and asks, which is not.
    for (const { error, afterMs } of [await failureOf(store), await failureOf(store)]) {
      expect(error).toEqual(new ConsentStoreError("Redis did not answer within 300 ms"));
      expect(afterMs).toBeGreaterThan(290);
      expect(afterMs).toBeLessThan(1_500);
    }
    redis.resume();

    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });
  });

  test("paused: closing does not wait for it, and ends the check that is under way", async () => {
    const redis = await redisForTest();
    const store = storeForTest({ url: redis.url, timeoutMs: 60_000 });
    await store.check(visitor, "marketing");
    redis.pause();
    const failure = failureOf(store);

    await store.close();

    expect((await failure).error).toBeInstanceOf(ConsentStoreError);
    redis.resume();
  });

  test("closing leaves no connection behind, not even one that was just being made", async () => {
    const redis = await redisForTest();
    const store = storeForTest(redis);
    const failure = failureOf(store);
    await store.close();
    await store.close();
    expect((await failure).error).toBeInstanceOf(ConsentStoreError);

    await expect(store.check(visitor, "marketing")).rejects.toThrow(
      new ConsentStoreError("The consent store has been closed"),
    );
    // All but the one that asks.
    await expect
      .poll(
        async () =>
          String(await redis.command("CLIENT", "LIST"))
            .trim()
            .split("\n").length,
      )
      .toBe(1);
  });
});

describe.skipIf(!hasRedis)(`a Redis with a password${unlessRedis}`, () => {
  const password = "MARKER/p@ss%#? word";
  const encoded = encodeURIComponent(password);
  const user = "MARKERuser";
  let redis: RedisForTest;
  beforeAll(async () => {
    redis = await startRedis(password);
    await redis.command("SET", "consent:a-1", granting);
    await redis.command("ACL", "SETUSER", user, "on", `>${password}`, "~consent:*", "+get");
  });
  afterAll(() => redis.close());
  const at = (credentials: string, port = redis.port) => `redis://${credentials}@127.0.0.1:${port}`;

  test("in the address", async () => {
    expect(await storeForTest({ url: at(`:${encoded}`) }).check(visitor, "marketing")).toMatchObject({ granted: true });
  });

  test("with a user that may do nothing but GET", async () => {
    const store = storeForTest({ url: at(`${user}:${encoded}`) });

    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });
  });

  test.each(["", `${user}@`])("in the environment, with %j in the address", async (before) => {
    const consentStore = `redis://${before}127.0.0.1:${redis.port}`;
    const store = await openConsentStore({ consentStore }, { env: { CONSENT_STORE_PASSWORD: password } });
    onTestFinished(() => store.close());

    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });
  });

  test.each([
    ["none", () => redis.url, "Redis refuses: it asks for a password (NOAUTH)"],
    ["a wrong one", () => at(":MARKER"), "Redis refuses: it does not know this user or password (WRONGPASS)"],
    [
      "a wrong user",
      () => at(`MARKER:${encoded}`),
      "Redis refuses: it does not know this user or password (WRONGPASS)",
    ],
  ])("%s: the store cannot be asked", async (_, url, message) => {
    const { error } = await failureOf(storeForTest({ url: url() }));

    expect(error).toEqual(new ConsentStoreError(message));
    expect(inspect(error)).not.toContain("MARKER");
  });

  test("a user that may not read the key: the store cannot be asked", async () => {
    const store = storeForTest({ url: at(`${user}:${encoded}`) }, { key: "MARKER:{anonymousId}" });

    const { error } = await failureOf(store);

    expect(error).toEqual(
      new ConsentStoreError("Redis refuses: its user is not allowed to read these entries (NOPERM)"),
    );
    expect(inspect(error)).not.toContain("MARKER");
  });

  test("a database that does not exist: the store cannot be asked", async () => {
    const { error } = await failureOf(storeForTest({ url: `${at(`:${encoded}`)}/4711` }));

    expect(error).toEqual(new ConsentStoreError("Redis refuses: it answers with an error (ERR)"));
  });
});

describe("something else than Redis is there", () => {
  async function portOf(onConnection: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      onConnection(socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return (server.address() as AddressInfo).port;
  }
  const answering = (answer: string) => (socket: Socket) => void socket.on("data", () => socket.write(answer));

  test.each<[string, string, (socket: Socket) => void, RegExp]>([
    ["silence", "redis", () => undefined, /did not answer within 500 ms$/],
    ["silence, where TLS is meant", "rediss", () => undefined, /did not answer within 500 ms$/],
    ["a closed door", "redis", (socket) => socket.end(), /cannot be reached: the connection was lost/],
    ["a door that is slammed", "redis", (socket) => socket.resetAndDestroy(), /cannot be reached: the connection/],
    ["a web server", "redis", answering("HTTP/1.1 400 Bad Request\r\n\r\nMARKER"), /cannot be reached|did not answer/],
    ["no TLS, where TLS is meant", "rediss", answering("-ERR MARKER\r\n"), /cannot be reached: the connection failed/],
    ["a refusal in strange words", "redis", answering("-MARKER:MARKER a-1\r\n"), /refuses: it answers with an error/],
    ["one that loads", "redis", answering("-LOADING MARKER\r\n"), /refuses: it is still loading its data/],
    ["one of a cluster", "redis", answering("-MOVED 1 MARKER:1\r\n"), /refuses: it is one node of a cluster/],
  ])("%s", async (_, scheme, onConnection, message) => {
    const port = await portOf(onConnection);
    const store = storeForTest({ url: `${scheme}://MARKER:MARKER@127.0.0.1:${port}`, timeoutMs: 500 });

    for (const { error, afterMs } of [await failureOf(store), await failureOf(store)]) {
      expect(error).toBeInstanceOf(ConsentStoreError);
      expect((error as Error).message).toMatch(message);
      expect(inspect(error)).not.toContain("MARKER");
      expect(afterMs).toBeLessThan(1_500);
    }
  });

  test("nothing", async () => {
    const { error } = await failureOf(storeForTest({ url: `redis://:MARKER@127.0.0.1:${await freePort()}` }));

    expect(error).toEqual(
      new ConsentStoreError("Redis cannot be reached: nothing listens at its address (ECONNREFUSED)"),
    );
    expect(inspect(error)).not.toContain("MARKER");
  });

  test("an event without an identifier is not granted, and nobody is asked", async () => {
    const store = storeForTest({ url: `redis://127.0.0.1:${await freePort()}` });

    const evidence = "redis: the event has no anonymousId";
    expect(await store.check({}, "marketing")).toEqual({ granted: false, evidence, unasked: true });
  });
});

async function connectionsReceived(redis: RedisForTest): Promise<number> {
  return Number(/total_connections_received:(\d+)/.exec(String(await redis.command("INFO", "stats")))?.[1]);
}
