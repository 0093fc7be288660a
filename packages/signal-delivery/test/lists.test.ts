import { PassThrough } from "node:stream";

import { describe, expect, test } from "vitest";

import type { Fault } from "@datafly/apollo-sandbox";
import { emailOf, lead, leads, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { objectsOf, run, start, untilAborted } from "./support/run.js";
import { sandboxForTest, type SandboxForTest } from "./support/sandbox.js";

const OPT_IN = "Signal - Marketing Opt-in";
const CREATE = "contacts";
const ADD = "labels/add_entity_ids_to_label_names";

/** A busy machine takes its time. */
const PATIENT = { timeout: 15_000 };

/** The calls that write, by the end of their path. */
const calls = (sandbox: SandboxForTest) =>
  sandbox.requests().flatMap(({ method, path }) => (method === "POST" ? [path.replace("/api/v1/", "")] : []));

/** The names of the lists that each contact is on, by its address. */
function lists(sandbox: SandboxForTest): Record<string, string[]> {
  const names = new Map(sandbox.labels().map(({ id, name }) => [id, name]));
  return Object.fromEntries(
    sandbox.contacts().map(({ email, label_ids }) => [email ?? "", label_ids.map((id) => names.get(id) ?? "?")]),
  );
}

const dedupeOrNot = [
  ["on", []],
  ["off", ["--no-dedupe"]],
] as const;

describe("deliver --labels add", () => {
  test("leaves a contact on the lists of salespeople, and adds those of the event", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    sandbox.addContact({ first_name: "A", last_name: "B", email: emailOf(1), label_names: ["Key accounts"] });
    const file = await folder.write("leads.ndjson", leads(2));

    const { exitCode, stdout } = await run(
      ["deliver", "--json", "--labels", "add", "--concurrency", "1", file],
      sandbox,
    );

    expect(exitCode).toBe(0);
    expect(objectsOf(stdout)).toMatchObject([
      { position: 1, status: "delivered", matched: true, contactId: sandbox.contacts()[0]?.id, attempts: 2 },
      { position: 2, status: "delivered", attempts: 2 },
    ]);
    expect(lists(sandbox)).toEqual({
      [emailOf(1)]: ["Key accounts", OPT_IN, "Website"],
      [emailOf(2)]: [OPT_IN, "Website"],
    });
  });

  test("can be set in the environment, and the command line comes first", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(1));
    const env = { ...sandbox.env, APOLLO_LABELS: "add" };

    await run(["deliver", file], { env });
    await run(["deliver", "--restart", "--labels", "replace", file], { env });

    expect(calls(sandbox)).toEqual([CREATE, ADD, CREATE]);
    const wrong = await run(["deliver", file], { env: { ...env, APOLLO_LABELS: "append" } });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain("APOLLO_LABELS");
  });
});

describe.each(dedupeOrNot)("a second call that fails, with deduplication %s,", (_, flags) => {
  test.each<[string, Fault]>([
    ["with 503", { kind: "status", status: 503 }],
    ["with a lost answer", { kind: "reset", written: true }],
    ["with 429", { kind: "status", status: 429 }],
    ["with something that is not Apollo's answer", { kind: "html", status: 200 }],
  ])("%s is retried alone", async (__, fault) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(1));
    sandbox.failNext(fault, 2, "lists");

    const { exitCode, stdout } = await run(["deliver", "--json", "--labels", "add", ...flags, file], sandbox);

    expect(exitCode).toBe(0);
    expect(objectsOf(stdout)).toMatchObject([{ status: "delivered" }]);
    expect(calls(sandbox)).toEqual([CREATE, ADD, ADD, ADD]);
    expect(lists(sandbox)).toEqual({ [emailOf(1)]: [OPT_IN, "Website"] });
  });

  test("for the scope stops delivery in its own words; with another key, the next run makes it alone", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const argv = ["deliver", "--json", "--labels", "add", ...flags, await folder.write("leads.ndjson", leads(3))];
    const poor = { ...sandbox.env, APOLLO_API_KEY: "sandbox-key-without-lists" };

    const stopped = await run(argv, { env: poor });

    expect(stopped.exitCode).toBe(3);
    expect(stopped.stderr).toContain("The key lacks the Add Records to a List scope");
    expect(stopped.stdout).toBe("");
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
    // Nothing was put in the place of what the key must not do.
    expect(sandbox.labels()).toEqual([]);
    const written = sandbox.contacts().length;
    expect(written).toBeGreaterThan(0);

    const resumed = await run(argv, sandbox);

    expect(resumed.exitCode).toBe(0);
    expect(objectsOf(resumed.stdout)).toHaveLength(3);
    expect(sandbox.contacts()).toHaveLength(3);
    const refused = calls(sandbox).filter((path) => path === ADD).length - 3;
    expect(calls(sandbox).filter((path) => path === CREATE)).toHaveLength(3);
    expect(refused).toBeGreaterThan(0);
    for (const names of Object.values(lists(sandbox))) expect(names).toEqual([OPT_IN, "Website"]);
  });

  test("for the contact becomes a dead letter that a replay finishes, without writing the contact again", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(1));
    sandbox.failNext({ kind: "status", status: 422 }, 2, "lists");

    const failed = await run(["deliver", "--json", "--labels", "add", ...flags, file], sandbox);

    const [contact] = sandbox.contacts();
    expect(failed.exitCode).toBe(1);
    expect(objectsOf(failed.stdout)).toMatchObject([{ status: "failed", reason: "lists_refused", httpStatus: 422 }]);
    const letters = "leads.ndjson.dead-letters.ndjson";
    const letter = { reason: "lists_refused", resume: contact?.id, maybeDelivered: true, attempts: 2 };
    expect(await folder.deadLetters(letters)).toMatchObject([letter]);
    const replay = ["dead-letters", "replay", "--json", ...flags, folder.at(letters)];

    // Even if lists are replaced by now: the letter is of a contact that is to be added to them.
    const again = await run(replay, sandbox);

    expect(again.exitCode).toBe(1);
    expect(await folder.deadLetters(letters)).toMatchObject([{ ...letter, attempts: 3 }]);
    expect((await run(replay, sandbox)).exitCode).toBe(0);
    expect(await folder.deadLetters(letters)).toEqual([]);
    expect(calls(sandbox)).toEqual([CREATE, ADD, ADD, ADD]);
    expect(lists(sandbox)).toEqual({ [emailOf(1)]: [OPT_IN, "Website"] });
  });
});

test("a letter without its resume is written again", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", leads(1));
  sandbox.failNext({ kind: "status", status: 422 }, 1, "lists");
  await run(["deliver", "--labels", "add", file], sandbox);
  const [letter] = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
  const edited = await folder.write("edited.ndjson", [{ ...letter, resume: undefined }]);

  const { exitCode } = await run(["dead-letters", "replay", "--labels", "add", edited], sandbox);

  expect(exitCode).toBe(0);
  expect(calls(sandbox)).toEqual([CREATE, ADD, CREATE, ADD]);
});

describe("the quota of adding to lists", () => {
  test("holds the second calls, and with them the contacts that would follow", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    sandbox.usePlan({ minute: 3, hour: null, day: null }, "lists");
    const file = await folder.write("leads.ndjson", leads(40));

    const deliver = start(["deliver", "--labels", "add", "--concurrency", "2", file], {
      env: sandbox.env,
      sleep: untilAborted,
    });
    await expect.poll(() => sandbox.usage("lists").minute.left, PATIENT).toBe(0);
    await expect.poll(deliver.stderr, PATIENT).toContain("Apollo's list quota of the minute is used up.");

    // Those in flight, and those that were sent before theirs waited.
    expect(sandbox.contacts().length).toBeLessThanOrEqual(3 + 2 * 2);
    deliver.send("SIGINT");
    expect((await deliver.ended).exitCode).toBe(130);

    sandbox.usePlan("unlimited");
    const resumed = await run(["deliver", "--labels", "add", file], sandbox);
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
    expect(resumed.exitCode).toBe(0);
    expect(calls(sandbox).filter((path) => path === CREATE)).toHaveLength(40);
    expect(Object.values(lists(sandbox)).every((names) => names.length === 2)).toBe(true);
  });

  test("is not used up by contacts that are created", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    sandbox.usePlan({ minute: 30, hour: null, day: null });
    const file = await folder.write("leads.ndjson", leads(20));

    const { exitCode, waits } = await run(["deliver", "--labels", "add", file], sandbox);

    expect(exitCode).toBe(0);
    expect(waits).toEqual([]);
    expect([sandbox.usage().minute.used, sandbox.usage("lists").minute.used]).toEqual([20, 20]);
  });
});

test("an outage of the second endpoint alone makes no dead letters, and not more and more contacts", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", leads(60));
  sandbox.failNext({ kind: "status", status: 503 }, 25, "lists");

  const argv = ["deliver", "--labels", "add", "--concurrency", "4", file];
  let contactsWhileAway = 0;
  const { exitCode, stderr } = await run(argv, {
    env: sandbox.env,
    sleep: () => {
      if (sandbox.labels().length === 0) contactsWhileAway = sandbox.contacts().length;
      return Promise.resolve();
    },
  });

  expect(exitCode).toBe(0);
  expect(stderr).toContain("Apollo is away: it answers 503.");
  expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
  expect(contactsWhileAway).toBeLessThanOrEqual(8);
  expect(sandbox.contacts()).toHaveLength(60);
});

test("a run that ends between the two calls, without a journal, leaves a dead letter that a replay finishes", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const letters = folder.at("dead.ndjson");
  const stdin = new PassThrough();
  stdin.write(ndjson([lead(1)]));
  sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "600" } }, 1, "lists");
  const argv = ["deliver", "--labels", "add", "--no-dedupe", "--dead-letters", letters];
  const deliver = start(argv, { env: sandbox.env, stdin, sleep: untilAborted });
  await expect.poll(() => calls(sandbox), PATIENT).toEqual([CREATE, ADD]);
  await expect.poll(deliver.stderr, PATIENT).toContain("Apollo");

  deliver.send("SIGTERM");

  expect((await deliver.ended).exitCode).toBe(143);
  expect(await folder.deadLetters("dead.ndjson")).toMatchObject([
    { reason: "unfinished", resume: sandbox.contacts()[0]?.id, maybeDelivered: true },
  ]);
  expect((await run(["dead-letters", "replay", "--no-dedupe", letters], sandbox)).exitCode).toBe(0);
  expect(calls(sandbox)).toEqual([CREATE, ADD, ADD]);
  expect(lists(sandbox)).toEqual({ [emailOf(1)]: [OPT_IN, "Website"] });
});

describe("check", () => {
  test.each([
    [[], "Lists are replaced"],
    [["--labels", "replace"], "Lists are replaced"],
    [["--labels", "add"], "Lists are added to"],
  ])("%j says: %s", async (flags, words) => {
    const sandbox = await sandboxForTest();

    const { exitCode, stdout } = await run(["check", "--json", ...flags], sandbox);

    expect(exitCode).toBe(0);
    const found = objectsOf(stdout);
    expect(found.find(({ check }) => check === "lists")?.message).toContain(words);
    const scopes = found.filter(({ check }) => check === "scope").map(({ message }) => String(message));
    expect(scopes.some((message) => message.includes(ADD))).toBe(words === "Lists are added to");
  });
});
