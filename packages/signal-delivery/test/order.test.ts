import { describe, expect, test } from "vitest";

import { emailOf, leadWith } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { answerCreated, serverForTest } from "./support/http-server.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const people = [1, 2, 3, 4, 5];
/** Twelve events of each of five people, mixed; the later, the newer the title. */
const events = Array.from({ length: 60 }, (_, index) =>
  leadWith(people[(index * 7) % people.length] ?? 1, { title: `Title ${index + 1}` }),
);

test("many events of few people make one contact of each, with the newest values", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest({ matchDelayMs: 5 });
  const file = await folder.write("leads.ndjson", events);

  const { exitCode, stdout } = await run(["deliver", "--json", "--concurrency", "8", file], { env: sandbox.env });

  expect(exitCode).toBe(0);
  expect(objectsOf(stdout)).toHaveLength(60);
  const newest = people.map((person) => ({
    email: emailOf(person),
    title: `Title ${events.findLastIndex(({ traits }) => (traits as { email: string }).email === emailOf(person)) + 1}`,
  }));
  expect(
    sandbox
      .contacts()
      .map(({ email, title }) => ({ email, title }))
      .sort((a, b) => (String(a.email) < String(b.email) ? -1 : 1)),
  ).toEqual(newest);
});

test("each person's events arrive in order, whatever fails and is repeated meanwhile", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest({ matchDelayMs: 2 });
  const file = await folder.write("leads.ndjson", events);
  for (let count = 0; count < 10; count++) {
    sandbox.failNext({ kind: "status", status: 503, written: count % 2 === 0 });
    sandbox.failNext({ kind: "slow", delayMs: count });
    sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": count % 2 === 0 ? "1" : "3600" } });
  }

  // All ten failures can hit one event.
  const flags = ["--concurrency", "8", "--max-attempts", "11"];
  const { exitCode } = await run(["deliver", ...flags, file], { env: sandbox.env });

  expect(exitCode).toBe(0);
  expect(sandbox.contacts()).toHaveLength(people.length);
  for (const person of people) {
    const titles = sandbox
      .requests()
      .map(({ body }) => body as { email: string; title: string })
      .filter(({ email }) => email === emailOf(person))
      .map(({ title }) => Number(title.replace("Title ", "")));
    expect(titles).toEqual(titles.toSorted((a, b) => a - b));
    expect(new Set(titles).size).toBe(12);
  }
});

describe("calls", () => {
  /** Answers each call a little later, and remembers how many were in the air at once. */
  async function watchedServer() {
    const inFlight = new Map<unknown, number>();
    const most = { ofOnePerson: 0, ofAll: 0 };
    const { url } = await serverForTest((response, { email }) => {
      inFlight.set(email, (inFlight.get(email) ?? 0) + 1);
      most.ofOnePerson = Math.max(most.ofOnePerson, ...inFlight.values());
      const all = [...inFlight.values()].reduce((sum, count) => sum + count, 0);
      most.ofAll = Math.max(most.ofAll, all);
      setTimeout(() => {
        inFlight.set(email, (inFlight.get(email) ?? 0) - 1);
        answerCreated(response);
      }, 10);
    });
    return { env: { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url }, most };
  }

  test.each([
    [1, 1],
    [3, 3],
    [8, people.length],
  ])("of one person never overlap; with a concurrency of %i, %i people's do", async (concurrency, expected) => {
    const folder = await folderForTest();
    const { env, most } = await watchedServer();
    const file = await folder.write("leads.ndjson", events);

    const { exitCode } = await run(["deliver", "--concurrency", String(concurrency), file], { env });

    expect(exitCode).toBe(0);
    expect(most).toEqual({ ofOnePerson: 1, ofAll: expected });
  });

  test("of people who differ only in what Apollo does not tell apart count as one person's", async () => {
    const folder = await folderForTest();
    const { env, most } = await watchedServer();
    const spelt = ["ada@lead.example", " ADA@lead.example", "Ada@Lead.Example "];
    const file = await folder.write(
      "leads.ndjson",
      Array.from({ length: 12 }, (_, index) => leadWith(index, { email: spelt[index % 3] })),
    );

    await run(["deliver", "--concurrency", "8", file], { env });

    expect(most.ofAll).toBe(1);
  });
});
