import { existsSync, rmSync } from "node:fs";
import { chmod, mkdir, readFile, stat, symlink } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { lead, leads, leadWith, nameless, ndjson, pageView } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { serverForTest, answerCreated } from "./support/http-server.js";
import { posix } from "./support/posix.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

test("each keeps the event as it came, why it could not be delivered, and when", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const refused = leadWith(1, { phone: "call me" });
  const file = await folder.write("leads.ndjson", [refused, nameless, '{"half', pageView]);
  sandbox.failNext({ kind: "status", status: 422, body: { error: "Parameters misconfigured." } });

  const { exitCode, stderr } = await run(["deliver", "--concurrency", "1", file], { env: sandbox.env });

  const at = "2026-02-25T14:30:00.000Z";
  const journal = expect.any(String) as string;
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`Dead letters: 3 added to ${file}.dead-letters.ndjson\n`);
  expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toStrictEqual([
    {
      position: 1,
      journal,
      messageId: "message-1",
      status: "failed",
      reason: "invalid_contact",
      class: "final",
      message:
        "Apollo refused the contact (422). It needs both first_name and last_name. Apollo says: Parameters misconfigured.",
      httpStatus: 422,
      vendorMessage: "Parameters misconfigured.",
      maybeDelivered: false,
      attempts: 1,
      warnings: [expect.objectContaining({ code: "invalid_phone", source: "traits.phone" })],
      firstAt: at,
      lastAt: at,
      event: refused,
    },
    {
      position: 2,
      journal,
      messageId: "nameless",
      status: "rejected",
      reason: "missing_name",
      class: "final",
      message:
        "traits.first_name: missing, blank, or without any letter; traits.last_name: missing, blank, or without any letter",
      maybeDelivered: false,
      attempts: 0,
      issues: [
        { path: "traits.first_name", message: "missing, blank, or without any letter" },
        { path: "traits.last_name", message: "missing, blank, or without any letter" },
      ],
      warnings: [],
      firstAt: at,
      lastAt: at,
      event: nameless,
    },
    {
      position: 3,
      journal,
      messageId: null,
      status: "rejected",
      reason: "invalid_json",
      class: "final",
      message: "The line is not JSON",
      maybeDelivered: false,
      attempts: 0,
      issues: [{ path: "", message: "The line is not JSON" }],
      warnings: [],
      firstAt: at,
      lastAt: at,
      line: '{"half',
    },
  ]);
});

describe("what a failure leads to, after which attempts", () => {
  const repeated = { class: "transient", attempts: 5, maybeDelivered: true };
  const unsafe = { class: "final", attempts: 1, maybeDelivered: true };
  const refused = { class: "final", attempts: 1, maybeDelivered: false };
  test.each([
    ["500", { kind: "status", status: 500 }, "server_error", repeated, unsafe],
    ["a gateway's page", { kind: "html" }, "server_error", repeated, unsafe],
    ["408", { kind: "status", status: 408 }, "timed_out", repeated, unsafe],
    ["a lost connection", { kind: "reset", written: false }, "connection_failed", repeated, unsafe],
    ["half an answer", { kind: "garbage", written: false }, "unexpected_response", repeated, unsafe],
    ["an empty answer", { kind: "empty", written: false }, "unexpected_response", repeated, unsafe],
    ["400", { kind: "status", status: 400 }, "invalid_contact", refused, refused],
    ["422", { kind: "status", status: 422 }, "invalid_contact", refused, refused],
    ["409", { kind: "status", status: 409 }, "request_refused", refused, refused],
  ] as const)("%s", async (_, fault, reason, withDedupe, withoutDedupe) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    // Where no call was ever answered, another one tells that Apollo is there.
    const file = await folder.write("leads.ndjson", leads(fault.kind === "reset" ? 2 : 1));
    for (const [flags, expected] of [
      [[], withDedupe],
      [["--no-dedupe"], withoutDedupe],
    ] as const) {
      sandbox.reset();
      sandbox.failNext(fault, expected.attempts);
      const name = `dead${flags.length}.ndjson`;

      const { exitCode, waits } = await run(
        ["deliver", "--restart", ...flags, "--dead-letters", folder.at(name), file],
        { env: sandbox.env },
      );

      expect(exitCode).toBe(1);
      expect(await folder.deadLetters(name)).toMatchObject([{ position: 1, status: "failed", reason, ...expected }]);
      expect(waits).toHaveLength(expected.attempts - 1);
    }
  });
});

test("a failure that passes costs nothing but time", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", leads(1));
  sandbox.failNext({ kind: "reset", written: true }, 4);

  const { exitCode, stdout } = await run(["deliver", "--json", file], { env: sandbox.env });

  expect(exitCode).toBe(0);
  expect(objectsOf(stdout)).toMatchObject([{ status: "delivered", matched: true, attempts: 5 }]);
  expect(sandbox.contacts()).toHaveLength(1);
});

test("an event that may have been written at first says so, though Apollo then refuses it for certain", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", leads(1));
  sandbox.failNext({ kind: "reset", written: true });
  sandbox.failNext({ kind: "status", status: 422 });

  await run(["deliver", file], { env: sandbox.env });

  const letter = { reason: "invalid_contact", attempts: 2, maybeDelivered: true };
  expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([letter]);
  expect(sandbox.contacts()).toHaveLength(1);
});

test("a host that goes away in mid-run makes no dead letters: the rest is for the next run", async () => {
  const folder = await folderForTest();
  const file = await folder.write("leads.ndjson", leads(4));
  const { url, close } = await serverForTest((response, { email }) => {
    if (email === "person2@lead.example") response.on("close", () => void close());
    answerCreated(response);
  });
  const env = { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url };

  const { exitCode, stdout, stderr } = await run(["deliver", "--json", "--concurrency", "1", file], { env });

  expect(exitCode).toBe(3);
  expect(objectsOf(stdout).map(({ position, status }) => [position, status])).toEqual([
    [1, "delivered"],
    [2, "delivered"],
  ]);
  expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
  expect(stderr).toContain("Stopped. Apollo has been away for longer than --outage-timeout allows");
});

describe("the file", () => {
  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

  test.runIf(posix)("may be read by its owner only, also if it was there before", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [nameless]);
    const old = await folder.write("old.ndjson", "{}\n");
    await chmod(old, 0o644);

    await run(["deliver", file], { env: sandbox.env });
    await run(["deliver", "--restart", file, "--dead-letters", old], { env: sandbox.env });

    expect(await mode(`${file}.dead-letters.ndjson`)).toBe("600");
    expect(await mode(old)).toBe("600");
  });

  test("is added to by the next run, and never written over", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [nameless, pageView, "{"]);

    for (const positions of [
      [1, 3],
      [1, 3, 1, 3],
    ]) {
      await run(["deliver", "--restart", file], { env: sandbox.env });
      const letters = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
      expect(letters.map(({ position }) => position)).toEqual(positions);
    }
  });

  test("that ends in half a line, since a process died over it, gets that line ended first", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [nameless]);
    const torn = '{"position":1}\n{"position":2,"mess';
    const dead = await folder.write("dead.ndjson", torn);

    await run(["deliver", file, "--dead-letters", dead], { env: sandbox.env });

    const content = await readFile(dead, "utf8");
    expect(content.startsWith(`${torn}\n{"position":1,"journal":"`)).toBe(true);
    expect(content.split("\n")).toHaveLength(4);
  });

  test("is not left behind where there are no dead letters, but one that holds some is", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [lead(1), pageView]);
    const old = await folder.write("old.ndjson", "{}\n");

    await run(["deliver", file], { env: sandbox.env });
    await run(["deliver", "--restart", file, "--dead-letters", old], { env: sandbox.env });

    expect(existsSync(`${file}.dead-letters.ndjson`)).toBe(false);
    expect(await readFile(old, "utf8")).toBe("{}\n");
  });

  test("is not the one that is being read, by whatever name", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const content = ndjson([nameless]);
    const file = await folder.write("leads.ndjson", content);
    await symlink(file, folder.at("link.ndjson"));

    for (const path of [file, folder.at("link.ndjson"), `${folder.path}/./leads.ndjson`]) {
      expect(await run(["deliver", file, "--dead-letters", path], { env: sandbox.env })).toMatchObject({
        exitCode: 2,
        stderr: "The dead letters would go into the file that is being read. Choose another one with --dead-letters.\n",
      });
    }
    expect(await readFile(file, "utf8")).toBe(content);
    expect(await mode(file)).not.toBe("600");
  });

  test("is not the one of the audit; what is no file may be both", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [nameless]);
    const both = (path: string) =>
      run(["deliver", file, "--dead-letters", path, "--audit", path], { env: sandbox.env });

    expect(await both(folder.at("both.ndjson"))).toMatchObject({
      exitCode: 2,
      stderr: "The audit would go into the file of dead letters. Choose another one with --audit.\n",
    });
    if (posix) expect(await both("/dev/null")).toMatchObject({ exitCode: 1 });
  });

  test.each([
    ["is a folder", "folder", "it is a folder"],
    ["is in a folder that is not there", "no/where.ndjson", "there is no such file or folder"],
    [
      "is behind a file",
      "leads.ndjson/dead.ndjson",
      posix ? "a part of its path is no folder" : "there is no such file or folder",
    ],
  ])("that %s is found out before the first call", async (_, name, why) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    await mkdir(folder.at("folder"));
    const file = await folder.write("leads.ndjson", leads(3));

    const { exitCode, stderr } = await run(["deliver", file, "--dead-letters", folder.at(name)], { env: sandbox.env });

    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `Cannot write dead letters to ${folder.at(name)}: ${why}. Choose another file with --dead-letters.\n`,
    );
    expect(sandbox.requests()).toEqual([]);
  });

  test("holds an event that is nested as deeply as can be, and one that is nested deeper does not stop the line", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
    const file = await folder.write("leads.ndjson", [nested(500), nested(501), nested(500_000), lead(1)]);

    const { exitCode } = await run(["deliver", file], { env: sandbox.env });

    expect(exitCode).toBe(1);
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([
      { position: 1, reason: "invalid_event", event: JSON.parse(nested(500)) as unknown },
      { position: 2, reason: "invalid_json", line: nested(501) },
      { position: 3, reason: "invalid_json", line: nested(500_000) },
    ]);
    expect(sandbox.contacts()).toHaveLength(1);
  });
});

describe.skipIf(!existsSync("/dev/full"))("a disk that is full", () => {
  test.each([
    ["a rejected event", [lead(1), nameless, lead(3)]],
    ["an event that Apollo refuses", [lead(1), lead(2), lead(3)]],
  ])("stops the line at %s, which is not counted as settled", async (_, events) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", events);
    const { url } = await serverForTest((response, contact) => {
      if (contact.email !== "person2@lead.example") answerCreated(response);
      else response.writeHead(422, { "content-type": "application/json" }).end("{}");
    });

    const { exitCode, stdout, stderr } = await run(
      ["deliver", "--json", "--concurrency", "1", "--dead-letters", "/dev/full", file],
      { env: { ...sandbox.env, APOLLO_BASE_URL: url } },
    );

    expect(exitCode).toBe(3);
    const settled = objectsOf(stdout).map(({ position, status }) => `${String(position)} ${String(status)}`);
    expect(settled[0]).toBe("1 delivered");
    // What was in the air meanwhile ends in peace.
    expect(["", "3 delivered"]).toContain(settled.slice(1).join());
    expect(stderr).toContain("Stopped. Cannot write dead letters to /dev/full: the disk is full.\n");
    expect(stderr).toContain("Rerun the same command to resume after line 1. Nothing that is done is sent twice.\n");
  });
});

test.runIf(posix)("a device can take them, and stays one", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", [nameless]);

  const { exitCode } = await run(["deliver", file, "--dead-letters", "/dev/null"], { env: sandbox.env });

  expect(exitCode).toBe(1);
  expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
});

test("a folder that is removed during the run stops it with the reason, and nothing counts as done", async () => {
  const folder = await folderForTest();
  await mkdir(folder.at("kept"));
  const dead = folder.at("kept/dead.ndjson");
  const { url } = await serverForTest((response) => {
    rmSync(folder.at("kept"), { recursive: true });
    response.writeHead(422).end("{}");
  });
  const file = await folder.write("leads.ndjson", [lead(1)]);

  const { exitCode, stderr } = await run(["deliver", "--dead-letters", dead, file], {
    env: { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url },
  });

  expect(stderr).toContain(`Stopped. Cannot write dead letters to ${dead}: there is no such file or folder.`);
  expect(stderr).not.toContain("An unexpected error");
  expect(exitCode).toBe(3);
});
