import { PassThrough } from "node:stream";

import { describe, expect, test } from "vitest";

import { emailOf, lead, leads, nameless, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { answerCreated, serverForTest } from "./support/http-server.js";
import { objectsOf, run, start, untilAborted } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const soon = { kind: "slow", delayMs: 0 } as const;
const anHour = { kind: "status", status: 429, headers: { "retry-after": "3600" } } as const;

test.each([1, 4])(
  "a person whose event waits for its repeat holds nobody else up, and keeps their own order; concurrency %i",
  async (concurrency) => {
    const sandbox = await sandboxForTest();
    const order: unknown[] = [];
    const failedOnce = new Set<unknown>();
    const { url } = await serverForTest((response, { email, title }) => {
      order.push(title);
      if (email !== emailOf(2) || failedOnce.has(title)) {
        answerCreated(response);
        return;
      }
      failedOnce.add(title);
      response.writeHead(502).end();
    });
    const titled = (person: number, title: string) =>
      lead(person, { messageId: title, traits: { first_name: "A", last_name: "B", email: emailOf(person), title } });
    const others = Array.from({ length: 10 }, (_, index) => titled(index + 3, `other ${index}`));
    let wake: () => void = () => undefined;
    const deliver = start(["deliver", "--json", "--concurrency", String(concurrency)], {
      env: { ...sandbox.env, APOLLO_BASE_URL: url },
      stdin: ndjson([titled(1, "first"), titled(2, "fails"), titled(2, "comes after"), ...others]),
      sleep: () => new Promise((resolve) => (wake = resolve)),
    });

    // All the others are through while the one waits.
    await expect.poll(() => objectsOf(deliver.stdout()).length).toBe(11);
    expect(order).not.toContain("comes after");
    wake();
    // What failed may still be written: the same person's next event waits for that.
    await expect.poll(() => deliver.waits.length).toBe(2);
    wake();
    await expect.poll(() => order).toContain("comes after");
    await expect.poll(() => deliver.waits.length).toBe(3);
    wake();

    expect(await deliver.ended).toMatchObject({ exitCode: 0 });
    expect(order.filter((title) => title === "fails" || title === "comes after")).toEqual([
      ...["fails", "fails", "comes after", "comes after"],
    ]);
  },
);

describe("how often and how soon", () => {
  test.each([1, 3])("--max-attempts %i", async (maxAttempts) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 503 }, 9);
    const dead = folder.at("dead.ndjson");

    const { exitCode, waits } = await run(["deliver", "--max-attempts", String(maxAttempts), "--dead-letters", dead], {
      env: sandbox.env,
      stdin: ndjson(leads(1)),
    });

    expect(exitCode).toBe(1);
    expect(sandbox.requests().filter(({ method }) => method === "POST")).toHaveLength(maxAttempts);
    expect(waits).toHaveLength(maxAttempts - 1);
    expect(await folder.deadLetters("dead.ndjson")).toMatchObject([{ class: "transient", attempts: maxAttempts }]);
  });

  test.each([0, 1_000])("--backoff %i: no wait is longer than that, doubled with each attempt", async (backoff) => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 503 }, 4);

    const { exitCode, waits } = await run(["deliver", "--backoff", String(backoff)], {
      env: sandbox.env,
      stdin: ndjson(leads(1)),
    });

    expect(exitCode).toBe(0);
    expect(waits).toHaveLength(4);
    for (const [index, ms] of waits.entries()) expect(ms).toBeLessThanOrEqual(backoff * 2 ** index);
  });

  test("a refusal for the quota in between is no attempt", async () => {
    const sandbox = await sandboxForTest();
    for (let count = 0; count < 4; count++) {
      sandbox.failNext({ kind: "status", status: 503 });
      sandbox.failNext(anHour);
    }

    const { exitCode, stdout } = await run(["deliver", "--json"], { env: sandbox.env, stdin: ndjson(leads(1)) });

    expect(exitCode).toBe(0);
    expect(objectsOf(stdout)).toMatchObject([{ status: "delivered", attempts: 5 }]);
  });
});

describe("--drain-timeout", () => {
  test("is how long what is in the air may take after the first signal", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(2));
    sandbox.failNext(soon);
    sandbox.failNext({ kind: "stall" });
    const deliver = start(["deliver", "--json", "--drain-timeout", "7", file], { env: sandbox.env });
    await expect.poll(() => sandbox.requests().length).toBe(2);

    deliver.send("SIGTERM");

    const { exitCode, stdout, waits } = await deliver.ended;
    expect(exitCode).toBe(143);
    expect(waits).toEqual([7_000]);
    expect(objectsOf(stdout)).toMatchObject([{ position: 1, status: "delivered" }]);
  });

  test("is not waited out where nothing is in the air", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext(anHour);
    const deliver = start(["deliver"], { env: sandbox.env, stdin: ndjson(leads(1)), sleep: untilAborted });
    await expect.poll(() => deliver.waits.length).toBe(1);

    deliver.send("SIGINT");

    expect(await deliver.ended).toMatchObject({ exitCode: 130 });
  });
});

test("--metrics-port: metrics and health can be asked for while a run waits", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext(soon);
  sandbox.failNext(anHour);
  const deliver = start(["deliver", "--metrics-port", "0", "--concurrency", "1"], {
    env: sandbox.env,
    stdin: ndjson(leads(3)),
    sleep: untilAborted,
  });
  await expect.poll(deliver.stderr).toContain("quota is used up");
  const url = /Metrics and health at (http:\/\/127\.0\.0\.1:\d+)\/metrics/.exec(deliver.stderr())?.[1];

  const metrics = await fetch(`${String(url)}/metrics`);
  const ready = await fetch(`${String(url)}/readyz`);

  expect(metrics.status).toBe(200);
  const text = await metrics.text();
  expect(text).toMatch(/delivered\S* 1$/m);
  expect(text).not.toContain("lead.example");
  // To wait for the quota is what it is there for.
  expect(ready.status).toBe(200);
  deliver.send("SIGINT");
  expect(await deliver.ended).toMatchObject({ exitCode: 130 });
  await expect(fetch(`${String(url)}/metrics`)).rejects.toThrow();
});

test("--metrics-port: an event that comes after an idle hour is not taken for one that was held all the time", async () => {
  const sandbox = await sandboxForTest();
  const stdin = new PassThrough();
  const deliver = start(["deliver", "--metrics-port", "0"], { env: sandbox.env, stdin });
  stdin.write(ndjson([lead(1)]));
  await expect.poll(deliver.stdout).toContain("delivered");
  sandbox.failNext({ kind: "slow", delayMs: 1_000 });

  deliver.pass(3_600_000);
  stdin.write(ndjson([lead(2)]));
  await expect.poll(() => sandbox.requests().length).toBe(2);

  const url = /http:\S+(?=\/metrics)/.exec(deliver.stderr())?.[0] ?? "";
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ready: true });
  stdin.end();
  expect(await deliver.ended).toMatchObject({ exitCode: 0 });
});

describe("--log-json gives nothing but JSON on standard error", () => {
  test.each([
    ["at the end of a run", [soon], 1, { level: "info", message: "settled", status: "delivered", attempts: 1 }],
    ["of a dead letter", [], 1, { level: "warn", message: "settled", reason: "missing_name", class: "final" }],
    ["where Apollo refuses a lead", [{ kind: "status", status: 422 }], 1, { level: "warn", httpStatus: 422 }],
    ["where it waits for the quota", [anHour], 1, { level: "info", window: expect.any(String) as string }],
    ["where something has to be put right", [{ kind: "status", status: 401 }], 3, { level: "error" }],
  ] as const)("%s", async (_, faults, expected, telling) => {
    for (const terminal of [false, true]) {
      const folder = await folderForTest();
      const sandbox = await sandboxForTest();
      for (const fault of faults) sandbox.failNext(fault);
      const dead = folder.at("dead.ndjson");

      const { exitCode, stderr } = await run(["deliver", "--log-json", "--dead-letters", dead, "-"], {
        env: sandbox.env,
        stdin: ndjson([lead(1), nameless, "{"]),
        terminal,
      });

      expect(exitCode).toBe(expected);
      const lines = objectsOf(stderr);
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines) {
        expect(line).toMatchObject({ message: expect.any(String) as string });
        expect(Number.isNaN(Date.parse(String(line.time)))).toBe(false);
      }
      expect(lines).toContainEqual(expect.objectContaining(telling));
      expect(stderr).not.toContain("lead.example");
    }
  });
});
