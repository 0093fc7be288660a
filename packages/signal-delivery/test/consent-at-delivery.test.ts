import { readFile, writeFile } from "node:fs/promises";
import { PassThrough } from "node:stream";

import { describe, expect, test } from "vitest";

import { emailOf, lead, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { objectsOf, run, start, untilAborted } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

/** The store's entries: who has granted consent, and who has revoked it. */
const entries = (consent: Record<number, boolean>) =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(consent).map(([person, marketing]) => [`consent:visitor-${person}`, { canonical: { marketing } }]),
    ),
  );
const visitor = (person: number) => lead(person, { anonymousId: `visitor-${person}`, userId: `user-${person}` });

async function deliveryForTest(people: readonly number[], consent: string) {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", people.map(visitor));
  const store = await folder.write("consent.json", consent);
  const argv = ["deliver", "--json", "--concurrency", "1", "--consent-store", store, file];
  return { folder, sandbox, file, store, argv };
}
const rows = (stdout: string) =>
  objectsOf(stdout)
    .map(({ position, status, reason, attempts }) => [position, status, reason, attempts])
    .sort(([a], [b]) => Number(a) - Number(b));

test("who has revoked consent since is not sent, nor is who is not known", async () => {
  const { sandbox, argv } = await deliveryForTest([1, 2, 3], entries({ 1: true, 2: false }));

  const { exitCode, stdout, stderr } = await run(argv, { env: sandbox.env });

  expect(exitCode).toBe(0);
  expect(rows(stdout)).toEqual([
    [1, "delivered", undefined, 1],
    [2, "dropped", "consent_revoked", 0],
    [3, "dropped", "consent_revoked", 0],
  ]);
  expect(stderr).toContain("2 dropped (2 consent_revoked)");
  expect(sandbox.requests().map(({ body }) => (body as { email: string }).email)).toEqual([emailOf(1)]);
});

test("what an event itself denies, the store cannot grant", async () => {
  const { folder, sandbox, store } = await deliveryForTest([1], entries({ 1: true }));
  const file = await folder.write("denied.ndjson", [{ ...visitor(1), context: {} }]);

  const { stdout } = await run(["deliver", "--json", "--consent-store", store, file], { env: sandbox.env });

  expect(rows(stdout)).toEqual([[1, "dropped", "consent_missing", 0]]);
});

test("the key and the place of the flag are settings", async () => {
  const { folder, sandbox, file } = await deliveryForTest([1, 2], "{}");
  const store = await folder.write("other.json", JSON.stringify({ "user-1": { may: true }, "user-2": { may: "yes" } }));

  const { stdout } = await run(
    ["deliver", "--json", "--consent-store", store, "--consent-key", "{userId}", "--consent-path", "may", file],
    { env: sandbox.env },
  );

  expect(rows(stdout)).toEqual([
    [1, "delivered", undefined, 1],
    [2, "dropped", "consent_revoked", 0],
  ]);
});

test("while the store cannot be asked nothing is sent; that is said once; when it answers the run goes on", async () => {
  const { sandbox, store, argv } = await deliveryForTest([1, 2, 3], "not yet JSON");
  let tries = 0;

  const { exitCode, stdout, stderr, waits } = await run(argv, {
    env: sandbox.env,
    sleep: async () => {
      tries += 1;
      expect(sandbox.requests()).toEqual([]);
      if (tries === 5) await writeFile(store, entries({ 1: true, 2: false, 3: true }));
    },
  });

  expect(exitCode).toBe(0);
  expect(waits).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
  expect(rows(stdout)).toEqual([
    [1, "delivered", undefined, 1],
    [2, "dropped", "consent_revoked", 0],
    [3, "delivered", undefined, 1],
  ]);
  expect(stderr.split("\n").slice(0, 2)).toEqual([
    "Nothing is sent: The consent file is not JSON. Events wait until the consent store answers.",
    "The consent store answers again. Going on.",
  ]);
});

describe("no sign that the store answers again", () => {
  const all = entries({ 1: true, 2: true, 3: true, 4: true, 5: true, 6: true });
  const messages = (stderr: string) => stderr.match(/Nothing is sent|The consent store answers again/g);

  test("are calls that were in the air when it went away", async () => {
    const { sandbox, store, argv } = await deliveryForTest([1, 2, 3, 4, 5, 6], all);
    sandbox.failNext({ kind: "slow", delayMs: 0 });
    for (const delayMs of [200, 300, 400, 500]) sandbox.failNext({ kind: "slow", delayMs });
    const deliver = start([...argv, "--concurrency", "4"], {
      env: sandbox.env,
      sleep: async () => {
        await expect.poll(() => objectsOf(deliver.stdout())).toHaveLength(5);
        expect(messages(deliver.stderr())).toEqual(["Nothing is sent"]);
        await writeFile(store, all);
      },
    });
    await expect.poll(() => sandbox.requests()).toHaveLength(5);
    await writeFile(store, "not yet JSON");

    const { exitCode, stderr } = await deliver.ended;

    expect(exitCode).toBe(0);
    expect(messages(stderr)).toEqual(["Nothing is sent", "The consent store answers again"]);
  });

  test("is an event that does not tell whose consent it needs: nobody is asked", async () => {
    const { sandbox, store } = await deliveryForTest([], all);
    const stdin = new PassThrough();
    stdin.write(ndjson([visitor(1)]));
    const deliver = start(["deliver", "--json", "--consent-store", store], {
      env: sandbox.env,
      stdin,
      sleep: async () => {
        stdin.end(ndjson([lead(3)]));
        await expect.poll(() => objectsOf(deliver.stdout())).toHaveLength(2);
        expect(messages(deliver.stderr())).toEqual(["Nothing is sent"]);
        await writeFile(store, all);
      },
    });
    await expect.poll(() => objectsOf(deliver.stdout())).toHaveLength(1);
    await writeFile(store, "not yet JSON");
    stdin.write(ndjson([visitor(2)]));

    const { stdout, stderr } = await deliver.ended;

    expect(rows(stdout)[2]).toEqual([3, "dropped", "consent_revoked", 0]);
    expect(messages(stderr)).toEqual(["Nothing is sent", "The consent store answers again"]);
  });
});

test("while the store cannot be asked the worker is not ready, says why, and tells of it in its metrics", async () => {
  const { sandbox, store, argv } = await deliveryForTest([1], "not yet JSON");
  const seen: (readonly [status: number, body: string, available: boolean])[] = [];
  const look = async () => {
    const url = /http:\S+(?=\/metrics)/.exec(deliver.stderr())?.[0] ?? "";
    const ready = await fetch(`${url}/readyz`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const available = /^signal_delivery_consent_store_available 1$/m.test(metrics);
    seen.push([ready.status, await ready.text(), available]);
  };

  const deliver = start(["deliver", "--metrics-port", "0", "--log-json", ...argv.slice(1)], {
    env: sandbox.env,
    sleep: async () => {
      await look();
      await writeFile(store, entries({ 1: true }));
    },
  });
  const { exitCode, stdout, stderr } = await deliver.ended;

  expect(exitCode).toBe(0);
  expect(rows(stdout)).toEqual([[1, "delivered", undefined, 1]]);
  expect(objectsOf(stderr).filter(({ level }) => level === "error")).toMatchObject([
    { message: expect.stringContaining("Nothing is sent: The consent file is not JSON") as string },
  ]);
  expect(seen).toEqual([[503, expect.stringContaining("The consent file is not JSON"), false]]);
});

test("Ctrl-C does not wait for the store; what waits is left to the next run", async () => {
  const { sandbox, store, argv } = await deliveryForTest([1, 2], entries({ 1: true, 2: true }));
  const granted = await readFile(store);
  await writeFile(store, "not yet JSON");
  const deliver = start(argv, { env: sandbox.env, sleep: untilAborted });
  await expect.poll(deliver.stderr).toContain("The consent file is not JSON");

  deliver.send("SIGINT");

  expect(await deliver.ended).toMatchObject({ exitCode: 130, stdout: "" });
  await writeFile(store, granted);
  const next = await run(argv, { env: sandbox.env });
  expect(rows(next.stdout).map(([position, status]) => [position, status])).toEqual([
    [1, "delivered"],
    [2, "delivered"],
  ]);
});

test.each([
  ["a failure", { kind: "status", status: 503 }, 1],
  ["the quota", { kind: "status", status: 429, headers: { "retry-after": "3600" } }, 0],
] as const)(
  "consent is asked for again before each repeat: revoked while waiting for %s",
  async (_, fault, attempts) => {
    const { sandbox, store, argv } = await deliveryForTest([1], entries({ 1: true }));
    sandbox.failNext(fault);

    const { exitCode, stdout } = await run(argv, {
      env: sandbox.env,
      sleep: () => writeFile(store, entries({ 1: false })),
    });

    expect(exitCode).toBe(0);
    expect(rows(stdout)).toEqual([[1, "dropped", "consent_revoked", attempts]]);
    expect(sandbox.requests()).toHaveLength(1);
  },
);
