import { writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";

import { describe, expect, test } from "vitest";

import { folderForTest } from "./support/folder.js";
import { answerCreated, serverForTest, unreachableUrl } from "./support/http-server.js";
import { objectsOf, run, start } from "./support/run.js";
import { sandboxForTest, type SandboxForTest } from "./support/sandbox.js";

/** A server that answers checks of a key as a test says. */
const checkedServer = (answerCheck: (response: ServerResponse) => void) => serverForTest(answerCreated, answerCheck);

/** The finding of a check, as `--json` has it. */
async function findingOf(what: string, argv: readonly string[], env: Record<string, string>) {
  const { exitCode, stdout } = await run(["check", "--json", ...argv], { env });
  return { exitCode, finding: objectsOf(stdout).find(({ check }) => check === what) };
}

test("a right setup is ready, and nothing is written", async () => {
  const sandbox = await sandboxForTest();

  const { exitCode, stdout, stderr } = await run(["check"], { env: sandbox.env });

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^ok +key +Apollo accepts the API key \(200\)\.$/m);
  expect(stdout).toMatch(/^unknown +scope +.*contacts\/create/m);
  expect(stderr).toBe("No problem found.\n");
  expect(sandbox.contacts()).toEqual([]);
  expect(sandbox.requests().map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /api/v1/auth/health"]);
  expect(sandbox.usage().minute.used).toBe(0);
});

test("--json gives one object per finding, each with its row of the troubleshooting table", async () => {
  const sandbox = await sandboxForTest();

  const { exitCode, stdout, stderr } = await run(["check", "--json", "--no-dedupe"], { env: sandbox.env });

  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(objectsOf(stdout).map(({ check, result, symptom }) => [check, result, symptom])).toEqual([
    ["settings", "ok", "Event never reaches Apollo"],
    ["names", "ok", "422 / 400"],
    ["deduplication", "note", "Duplicate contacts in Apollo"],
    ["lists", "ok", undefined],
    ["address", "note", "404"],
    ["key", "ok", "401 / 403"],
    ["scope", "unknown", "401 / 403"],
    ["quota", "unknown", "429"],
  ]);
});

describe("--probe-scope", () => {
  const probe = async (flags: readonly string[], key: string, setUp?: (sandbox: SandboxForTest) => void) => {
    const sandbox = await sandboxForTest({ plan: "free" });
    setUp?.(sandbox);
    const argv = ["check", "--json", "--probe-scope", ...flags];
    const { exitCode, stdout } = await run(argv, { env: { ...sandbox.env, APOLLO_API_KEY: key } });
    const scopes = objectsOf(stdout).filter(({ check }) => check === "scope");
    return { sandbox, exitCode, scopes };
  };

  test("asks by a contact that Apollo refuses: nothing is written, one call is counted", async () => {
    const { sandbox, exitCode, scopes } = await probe([], "sandbox-key");

    expect(exitCode).toBe(0);
    expect(scopes).toMatchObject([{ result: "ok" }]);
    expect(scopes[0]?.message).toContain("has the scope contacts/create");
    expect(sandbox.requests().map(({ path, status }) => [path, status])).toEqual([
      ["/api/v1/auth/health", 200],
      ["/api/v1/contacts", 422],
    ]);
    expect([sandbox.contacts(), sandbox.labels(), sandbox.usage().minute.used]).toEqual([[], [], 1]);
  });

  test("asks for both scopes if lists are added to", async () => {
    const { sandbox, exitCode, scopes } = await probe(["--labels", "add"], "sandbox-key");

    expect(exitCode).toBe(0);
    expect(scopes).toMatchObject([{ result: "ok" }, { result: "ok" }]);
    expect([sandbox.contacts(), sandbox.labels()]).toEqual([[], []]);
  });

  test.each([
    ["create", [], "sandbox-key-without-scope", ["failed"], "permission_denied"],
    ["lists", ["--labels", "add"], "sandbox-key-without-lists", ["ok", "failed"], "lists_permission_denied"],
  ])("says that the scope is missing: %s", async (_, flags, key, results, reason) => {
    const { exitCode, scopes } = await probe(flags, key);

    expect(exitCode).toBe(3);
    expect(scopes.map(({ result }) => result)).toEqual(results);
    expect(scopes.at(-1)).toMatchObject({ reason, httpStatus: 403, symptom: "401 / 403" });
  });

  test.each<[string, (sandbox: SandboxForTest) => void]>([
    [
      "the quota is used up",
      (sandbox) => {
        sandbox.usePlan({ minute: 0, hour: 0, day: 0 });
      },
    ],
    [
      "Apollo fails",
      (sandbox) => {
        sandbox.failNext({ kind: "html", status: 503 });
      },
    ],
  ])("does not know if %s", async (_, setUp) => {
    const { exitCode, scopes } = await probe([], "sandbox-key", setUp);

    expect(exitCode).toBe(0);
    expect(scopes).toMatchObject([{ result: "unknown" }]);
  });

  test("asks nothing with a key that Apollo does not accept", async () => {
    const { sandbox, exitCode } = await probe([], "unknown");

    expect(exitCode).toBe(3);
    expect(sandbox.requests().map(({ path }) => path)).toEqual(["/api/v1/auth/health"]);
  });
});

describe("what is wrong ends with 3, and says the row of the troubleshooting table", () => {
  test.each<{ what: string; env: Record<string, string>; message: RegExp; symptom: string }>([
    { what: "an unknown key", env: { APOLLO_API_KEY: "MARKER" }, message: /^Invalid API key/, symptom: "401 / 403" },
    { what: "no key", env: { APOLLO_API_KEY: "" }, message: /^There is no API key/, symptom: "401 / 403" },
    {
      what: "a malformed key",
      env: { APOLLO_API_KEY: "MARK ER" },
      message: /^APOLLO_API_KEY contains a space/,
      symptom: "401 / 403",
    },
  ])("$what", async ({ env, message, symptom }) => {
    const sandbox = await sandboxForTest();

    const { exitCode, finding } = await findingOf("key", [], { ...sandbox.env, ...env });

    expect(exitCode).toBe(3);
    expect(finding).toMatchObject({ result: "failed", symptom, fix: expect.any(String) as string });
    expect(finding?.message).toMatch(message);
    expect(JSON.stringify(finding)).not.toContain("MARK");
  });

  test("a path without the /api segment", async () => {
    const sandbox = await sandboxForTest();
    const env = { ...sandbox.env, APOLLO_BASE_URL: sandbox.url.replace("/api/", "/") };

    const { exitCode, finding } = await findingOf("key", [], env);

    expect(exitCode).toBe(3);
    expect(finding).toMatchObject({ result: "failed", reason: "wrong_endpoint", httpStatus: 404, symptom: "404" });
  });

  test("a key that does not log in, with a status of 200", async () => {
    const { url } = await checkedServer((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"healthy":true,"is_logged_in":false}');
    });

    const { exitCode, finding } = await findingOf("key", [], { APOLLO_API_KEY: "MARKER", APOLLO_BASE_URL: url });

    expect(exitCode).toBe(3);
    expect(finding).toMatchObject({ result: "failed", reason: "invalid_api_key", symptom: "401 / 403" });
  });

  test.each<{ status: number; symptom: string }>([
    { status: 403, symptom: "401 / 403" },
    { status: 422, symptom: "401 / 403" },
    { status: 429, symptom: "429" },
  ])("a check that is answered with $status", async ({ status, symptom }) => {
    const { url } = await checkedServer((response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end('{"error":"Api key required"}');
    });

    expect(await findingOf("key", [], { APOLLO_API_KEY: "MARKER", APOLLO_BASE_URL: url })).toMatchObject({
      exitCode: 3,
      finding: { result: "failed", httpStatus: status, symptom },
    });
  });

  test("no connection, and an outage: what to do about it is said", async () => {
    const sandbox = await sandboxForTest();
    sandbox.startOutage();

    for (const env of [sandbox.env, { ...sandbox.env, APOLLO_BASE_URL: await unreachableUrl() }]) {
      const { exitCode, finding } = await findingOf("key", [], env);
      expect([exitCode, finding?.result, finding?.symptom]).toEqual([3, "failed", undefined]);
      expect(finding?.fix).toEqual(expect.any(String));
    }
  });

  test("a blueprint that is wrong, while the key is checked all the same", async () => {
    const sandbox = await sandboxForTest();
    const folder = await folderForTest();
    await writeFile(folder.at("blueprint.json"), '{"events":[]}');

    const { exitCode, stdout } = await run(["check", "--json", "--blueprint", folder.at("blueprint.json")], {
      env: sandbox.env,
    });

    expect(exitCode).toBe(3);
    expect(objectsOf(stdout)).toMatchObject([
      { check: "settings", result: "failed", symptom: "Event never reaches Apollo" },
      { check: "address" },
      { check: "key", result: "ok" },
      { check: "scope" },
      { check: "quota" },
    ]);
  });

  test("a consent store that cannot be reached, or a file that is not there", async () => {
    const sandbox = await sandboxForTest();
    const { port } = new URL(await unreachableUrl());

    for (const store of [`redis://127.0.0.1:${port}`, "no-consent.json"]) {
      const { exitCode, finding } = await findingOf("consent_store", ["--consent-store", store], sandbox.env);
      expect([exitCode, finding?.result]).toEqual([3, "failed"]);
    }
  });

  test("a Kafka that cannot be reached", async () => {
    const sandbox = await sandboxForTest();
    const { port } = new URL(await unreachableUrl());

    const { exitCode, finding } = await findingOf("kafka", ["--brokers", `127.0.0.1:${port}`], sandbox.env);

    expect(exitCode).toBe(3);
    expect(finding?.message).toMatch(/^Kafka cannot be reached at 127\.0\.0\.1/);
  }, 30_000);
});

test("a consent store that answers is ok", async () => {
  const sandbox = await sandboxForTest();
  const folder = await folderForTest();
  await writeFile(folder.at("consent.json"), "{}");

  const { exitCode, finding } = await findingOf("consent_store", ["--consent-store", folder.at("consent.json")], {
    ...sandbox.env,
  });

  expect([exitCode, finding?.result]).toEqual([0, "ok"]);
});

test("an address that is Apollo's is ok, another one is noted, and one without TLS says that the key can be read", async () => {
  // Nothing is called: the key cannot be in a header.
  const of = (url: string) => findingOf("address", ["--base-url", url], { APOLLO_API_KEY: "not a key" });

  expect((await of("https://api.apollo.io/api/v1")).finding).toMatchObject({ result: "ok" });
  expect((await of("https://gateway.example/api/v1")).finding).toMatchObject({ result: "note" });
  expect((await of("http://gateway.example/api/v1")).finding?.message).toMatch(/without TLS/);
  expect((await of("http://127.0.0.1:4010/api/v1")).finding?.message).not.toMatch(/without TLS/);
});

test("the key is in nothing that is printed", async () => {
  const apiKey = "MARKER/key+4711=";
  const { url } = await checkedServer((response) => {
    response.writeHead(401, { "content-type": "text/plain" });
    response.end(`Invalid API key ${apiKey}`);
  });
  const baseUrls = [
    url,
    `${url}/${encodeURIComponent(apiKey)}`,
    "http://MARKER.example:1/api/v1",
    await unreachableUrl(),
  ];

  for (const APOLLO_BASE_URL of baseUrls) {
    for (const flags of [[], ["--json"]]) {
      const { stdout, stderr } = await run(["check", ...flags], { env: { APOLLO_API_KEY: apiKey, APOLLO_BASE_URL } });
      expect(stdout + stderr).not.toContain(apiKey);
      expect(stdout + stderr).not.toContain(encodeURIComponent(apiKey));
    }
  }
});

test("Ctrl-C ends it", async () => {
  const { url } = await checkedServer(() => undefined);
  const started = start(["check"], { env: { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url } });
  await expect.poll(() => started.stdout()).toContain("address");

  started.send("SIGINT");

  expect((await started.ended).exitCode).toBe(130);
});
