import { existsSync } from "node:fs";
import { chmod, open, readFile, stat, writeFile, type FileHandle } from "node:fs/promises";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { APOLLO } from "../../signal-apollo-worker/src/apollo-connector.js";
import { Audit } from "../src/stream/audit.js";
import { lead, pageView } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { posix } from "./support/posix.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const MARKER = "zebulon";
const traits = {
  first_name: "Zebulon",
  last_name: "Zebulonson",
  email: "zebulon@lead.example",
  phone: "+15553031234",
  company: "Zebulon & Co",
};
/** A lead of somebody whose name is a marker. */
const marked = (messageId: string, parts: Record<string, unknown> = {}) =>
  lead(1, { messageId, traits, anonymousId: "visitor-of-zebulon", ...parts });

async function auditOf(events: readonly unknown[], consent?: string) {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", events);
  const path = folder.at("audit.ndjson");
  const store = consent === undefined ? [] : ["--consent-store", await folder.write("consent.json", consent)];
  const deliver = () => run(["deliver", "--concurrency", "1", "--audit", path, ...store, file], { env: sandbox.env });
  const entries = async () =>
    Object.fromEntries(
      objectsOf(await readFile(path, "utf8")).map((entry) => [String(entry.messageId), entry]),
    ) as Record<string, Record<string, unknown>>;
  return { folder, sandbox, file, path, deliver, entries };
}

describe("why was this lead (not) sent?", () => {
  const granted = "context.consent.canonical.marketing = true";

  test.each([
    ["delivered", marked("m"), { outcome: "delivered", attempts: 1 }],
    [
      "of an event that does not become a contact",
      { ...pageView, messageId: "m", traits },
      { outcome: "dropped", reason: "event_not_mapped", attempts: 0 },
    ],
    [
      "without consent",
      marked("m", { context: { consent: { canonical: { marketing: false } } } }),
      { outcome: "dropped", reason: "consent_denied", attempts: 0 },
    ],
    [
      "without a word on consent",
      marked("m", { context: {} }),
      { outcome: "dropped", reason: "consent_missing", attempts: 0 },
    ],
    [
      "without a name",
      marked("m", { traits: { ...traits, first_name: "" } }),
      { outcome: "rejected", reason: "missing_name", class: "final", attempts: 0 },
    ],
  ])("%s", async (_, event, expected) => {
    const { deliver, entries } = await auditOf([event]);

    await deliver();

    const { m } = await entries();
    expect(m).toMatchObject({ ...expected, at: "2026-02-25T14:30:00.000Z", position: 1, messageId: "m" });
    expect(m?.consent).toEqual({ event: expect.stringMatching(/marketing/) as string });
  });

  test.each([
    [{ kind: "status", status: 422 }, 1, { reason: "invalid_contact", class: "final", attempts: 1 }, undefined],
    [{ kind: "status", status: 500 }, 5, { reason: "server_error", class: "transient", attempts: 5 }, true],
  ] as const)("failed: %j", async (fault, times, expected, maybeDelivered) => {
    const { sandbox, deliver, entries } = await auditOf([marked("m")]);
    sandbox.failNext(fault, times);

    await deliver();

    const { m } = await entries();
    expect(m).toMatchObject({ outcome: "failed", ...expected });
    expect(m?.maybeDelivered).toBe(maybeDelivered);
    expect(String((m?.consent as { event: unknown }).event)).toContain(granted.split(" ")[0]);
  });

  test("the line could not be read", async () => {
    const { path, deliver } = await auditOf(["{"]);

    await deliver();

    const [entry] = objectsOf(await readFile(path, "utf8"));
    expect(entry).toMatchObject({ position: 1, messageId: null, outcome: "rejected", reason: "invalid_json" });
    expect(entry?.consent).toEqual({});
  });

  test.each([
    ["granted", true, { outcome: "delivered" }, "file canonical.marketing = true"],
    ["revoked", false, { outcome: "dropped", reason: "consent_revoked" }, "file canonical.marketing = false"],
  ])("the store said %s", async (_, marketing, expected, evidence) => {
    const consent = JSON.stringify({ "consent:visitor-of-zebulon": { canonical: { marketing } } });
    const { deliver, entries } = await auditOf([marked("m")], consent);

    await deliver();

    const { m } = await entries();
    expect(m).toMatchObject({ ...expected, consent: { store: evidence } });
  });
});

test.each([
  ["where an attempt before may have written the contact", 500, true],
  ["where none can have", 429, undefined],
] as const)("consent that is revoked before a repeat: %s, it says so", async (_, status, maybeDelivered) => {
  const consent = (marketing: boolean) =>
    JSON.stringify({ "consent:visitor-of-zebulon": { canonical: { marketing } } });
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", [marked("m")]);
  const store = await folder.write("consent.json", consent(true));
  const audit = folder.at("audit.ndjson");
  sandbox.failNext({ kind: "status", status });

  await run(["deliver", "--audit", audit, "--consent-store", store, file], {
    env: sandbox.env,
    sleep: async () => {
      await writeFile(store, consent(false));
    },
  });

  const [entry] = objectsOf(await readFile(audit, "utf8"));
  expect(entry).toMatchObject({ outcome: "dropped", reason: "consent_revoked" });
  expect(entry?.maybeDelivered).toBe(maybeDelivered);
});

test("it holds no personal data, whatever became of the events", async () => {
  const { sandbox, path, deliver } = await auditOf([
    marked("refused"),
    marked("failed"),
    marked("delivered"),
    marked("nameless", { traits: { ...traits, last_name: "-" } }),
    marked("denied", { context: { consent: { canonical: { marketing: MARKER } } } }),
    JSON.stringify(marked("torn")).slice(0, -1),
  ]);
  sandbox.failNext({ kind: "status", status: 422, body: { error: JSON.stringify(traits) } });
  sandbox.failNext({ kind: "status", status: 500, body: JSON.stringify(traits) }, 5);

  await deliver();

  const audit = await readFile(path, "utf8");
  expect(objectsOf(audit)).toHaveLength(6);
  expect(audit).not.toMatch(/zebulon|5553031234/i);
});

test("an id or a name that is an address is told nowhere but in the dead letter", async () => {
  const address = "zebulon@lead.example";
  const { sandbox, path, file } = await auditOf([
    marked(address),
    marked(address, { event: `${address} signed up` }),
    marked(address, { traits: {}, event: "Demo Requested" }),
  ]);
  const letters = `${file}.dead-letters.ndjson`;

  const deliver = await run(["deliver", "--json", "--audit", path, file], { env: sandbox.env });
  const text = await run(["deliver", "--restart", "--no-journal", file], { env: sandbox.env });
  const list = await run(["dead-letters", "list", "--json", letters]);

  expect(objectsOf(deliver.stdout)).toMatchObject([
    { messageId: null, event: "Demo Requested", status: "delivered" },
    { messageId: null, event: null, status: "dropped" },
    { messageId: null, event: "Demo Requested", status: "rejected" },
  ]);
  const told = [await readFile(path, "utf8"), deliver.stdout, deliver.stderr, text.stdout, list.stdout];
  expect(told.join("\n")).not.toContain(address);
  expect(objectsOf(await readFile(letters, "utf8"))[0]).toMatchObject({ messageId: address });
});

test("what a crash tore off its last line is not continued", async () => {
  const { path, deliver } = await auditOf([marked("one")]);
  await writeFile(path, '{"at":"2026');

  await deliver();

  const [torn, whole] = (await readFile(path, "utf8")).split("\n");
  expect(torn).toBe('{"at":"2026');
  expect(JSON.parse(whole ?? "")).toMatchObject({ messageId: "one" });
});

test("it is added to, by the next run too, and read by its owner only", async () => {
  const { path, sandbox, folder, deliver } = await auditOf([marked("one")]);
  await deliver();
  const more = await folder.write("more.ndjson", [marked("two")]);
  await run(["deliver", "--audit", path, more], { env: sandbox.env });

  expect(objectsOf(await readFile(path, "utf8")).map(({ messageId }) => messageId)).toEqual(["one", "two"]);
  if (posix) expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a place that cannot be written is found out before the first call", async () => {
  const { sandbox, folder } = await auditOf([]);
  const file = await folder.write("more.ndjson", [marked("one")]);

  const { exitCode, stderr } = await run(["deliver", "--audit", folder.path, file], { env: sandbox.env });

  expect(exitCode).toBe(2);
  expect(stderr).toBe(`Cannot write the audit to ${folder.path}: it is a folder. Choose another file with --audit.\n`);
  expect(sandbox.requests()).toEqual([]);
});

describe("what holds something else is no place for it", () => {
  test.each([
    ["the input", "leads.ndjson", "that is being read"],
    ["the journal", "leads.ndjson.journal", "of the journal"],
    ["the dead letters", "leads.ndjson.dead-letters.ndjson", "of dead letters"],
  ])("%s", async (_, name, which) => {
    const { folder, sandbox, file } = await auditOf([marked("one")]);

    const { exitCode, stderr } = await run(["deliver", "--audit", folder.at(name), file], { env: sandbox.env });

    expect(stderr).toBe(`The audit would go into the file ${which}. Choose another one with --audit.\n`);
    expect(exitCode).toBe(2);
    expect(sandbox.requests()).toEqual([]);
  });

  test.each([
    ["the dead letters that are replayed", "", "of dead letters"],
    ["those that fail again", ".replay", "of dead letters that fail again"],
    ["the journal of the replay", ".journal", "of the journal"],
  ])("%s", async (_, suffix, which) => {
    const { sandbox, file } = await auditOf([marked("one", { traits: {} })]);
    await run(["deliver", file], { env: sandbox.env });
    const letters = `${file}.dead-letters.ndjson`;
    const before = await readFile(letters, "utf8");

    const { exitCode, stderr } = await run(["dead-letters", "replay", "--audit", `${letters}${suffix}`, letters], {
      env: sandbox.env,
    });

    expect(stderr).toBe(`The audit would go into the file ${which}. Choose another one with --audit.\n`);
    expect(exitCode).toBe(2);
    expect(await readFile(letters, "utf8")).toBe(before);
  });
});

test.skipIf(!existsSync("/dev/full"))(
  "a disk that is full stops the line: what is not recorded cannot be answered for",
  async () => {
    const { sandbox, folder } = await auditOf([]);
    const file = await folder.write(
      "more.ndjson",
      Array.from({ length: 20 }, (_, index) => lead(index)),
    );

    const { exitCode, stderr } = await run(["deliver", "--concurrency", "1", "--audit", "/dev/full", file], {
      env: sandbox.env,
    });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("Stopped. Cannot write the audit to /dev/full: the disk is full.\n");
    expect(stderr).toContain("No line of the input is done yet: rerun the same command.\n");
    expect(sandbox.requests()).toHaveLength(1);
  },
);

test.runIf(posix).each([0o666, 0o640])("a file that others may read (mode %o) is closed to them", async (mode) => {
  const { path, deliver } = await auditOf([lead(1)]);
  await writeFile(path, "", { mode });
  await chmod(path, mode);

  expect((await deliver()).exitCode).toBe(0);

  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test.runIf(posix)("a file that others may read is refused where that cannot be changed", async () => {
  const folder = await folderForTest();
  const path = await folder.write("audit.ndjson", "");
  await chmod(path, 0o666);
  const handle = await open(path);
  vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, "chmod").mockRejectedValue(
    Object.assign(new Error("not permitted"), { code: "EPERM" }),
  );
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  await handle.close();

  await expect(Audit.open(path, APOLLO)).rejects.toThrow(
    `Cannot write the audit to ${path}: others may read it, and its mode cannot be set to 0600 (permission denied). Choose another file with --audit.`,
  );
});
