import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { emailOf, lead, nameless, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

/** Dead letters of a first run: a lead that Apollo refused, one without a name, and half a line. */
async function deadLettersOfARun() {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const input = await folder.write("leads.ndjson", [lead(1), nameless, '{"half']);
  sandbox.failNext({ kind: "status", status: 422, body: { error: "Parameters misconfigured." } });
  await run(["deliver", input], { env: sandbox.env });
  return { folder, sandbox, file: `${input}.dead-letters.ndjson` };
}

describe("dead-letters list", () => {
  test("says of each which event it is and why, without personal data", async () => {
    const { file } = await deadLettersOfARun();

    const { exitCode, stdout } = await run(["dead-letters", "list", "--json", file]);
    const human = await run(["dead-letters", "list", file]);

    expect(exitCode).toBe(0);
    expect(
      objectsOf(stdout)
        .map(({ number, reason, class: failureClass }) => [number, reason, failureClass])
        .sort(),
    ).toEqual([
      [1, expect.any(String), "final"],
      [2, expect.any(String), "final"],
      [3, expect.any(String), "final"],
    ]);
    expect(
      objectsOf(stdout)
        .map(({ reason }) => reason)
        .sort(),
    ).toEqual(["invalid_contact", "invalid_json", "missing_name"]);
    expect(human.stdout.trim().split("\n")).toHaveLength(3);
    expect(stdout + human.stdout).not.toContain(emailOf(1));
  });

  test("of a file that is not there is one sentence and exit code 2", async () => {
    const { exitCode, stderr } = await run(["dead-letters", "list", "nowhere.ndjson"]);
    expect([exitCode, stderr]).toEqual([2, "Cannot read nowhere.ndjson: there is no such file or folder.\n"]);
  });
});

test("dead-letters list of a file of events says that it holds no dead letters", async () => {
  const folder = await folderForTest();
  const file = await folder.write("leads.ndjson", [lead(1)]);

  const { exitCode, stdout, stderr } = await run(["dead-letters", "list", file]);

  expect([exitCode, stdout, stderr]).toEqual([0, "", `${file} holds no dead letters.\n`]);
});

describe("dead-letters show", () => {
  test("shows a letter whole", async () => {
    const { file } = await deadLettersOfARun();
    const { stdout: list } = await run(["dead-letters", "list", "--json", file]);
    const refused = objectsOf(list).find(({ reason }) => reason === "invalid_contact");

    const { exitCode, stdout } = await run(["dead-letters", "show", file, String(refused?.number)]);

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      reason: "invalid_contact",
      apolloMessage: "Parameters misconfigured.",
      event: lead(1),
    });
  });

  test("of a number that is not there says so", async () => {
    const { file } = await deadLettersOfARun();
    const { exitCode, stderr } = await run(["dead-letters", "show", file, "9"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/has no dead letter 9/);
  });
});

describe("dead-letters replay", () => {
  test("delivers what can be delivered now, and keeps what still cannot", async () => {
    const { folder, sandbox, file } = await deadLettersOfARun();

    const { exitCode } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect(exitCode).toBe(1);
    expect(sandbox.contacts()).toMatchObject([{ email: emailOf(1) }]);
    const kept = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    expect(kept.map(({ reason }) => reason).sort()).toEqual(["invalid_json", "missing_name"]);
    expect(existsSync(`${file}.journal`) || existsSync(`${file}.replay`) || existsSync(`${file}.lock`)).toBe(false);
  });

  test("plans with today's settings: what has been put right is delivered, and an empty file goes away", async () => {
    const { folder, sandbox } = await deadLettersOfARun();
    const letter = {
      reason: "invalid_json",
      class: "final",
      maybeDelivered: false,
      attempts: 0,
      line: JSON.stringify(lead(7)),
    };
    const file = await folder.write("mended.ndjson", [letter]);

    const { exitCode } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toMatchObject([{ email: emailOf(7) }]);
    expect(existsSync(file)).toBe(false);
  });

  test("that ends early goes on where it was, and sends nothing twice", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const letters = [1, 2, 3].map((number) => ({
      reason: "invalid_contact",
      class: "final",
      maybeDelivered: false,
      attempts: 1,
      event: lead(number),
    }));
    const file = await folder.write("dead.ndjson", letters);
    const args = ["dead-letters", "replay", "--no-dedupe", "--concurrency", "1", file];
    // Given a replay that a wrong key stops after the first
    sandbox.failNext({ kind: "slow", delayMs: 1 });
    sandbox.failNext({ kind: "status", status: 401 });
    expect((await run(args, { env: sandbox.env })).exitCode).toBe(3);
    expect(sandbox.contacts()).toHaveLength(1);
    expect(ndjson(letters)).toBe(await readFile(file, "utf8"));

    const { exitCode, stderr } = await run(args, { env: sandbox.env });

    expect(exitCode).toBe(0);
    expect(stderr).toContain("Going on after line 1");
    expect(sandbox.contacts().map(({ email }) => email)).toEqual([1, 2, 3].map(emailOf));
  });

  test("begun anew with --restart forgets the one before, and keeps each letter once", async () => {
    const { folder, sandbox, file } = await deadLettersOfARun();
    // Given a replay that stopped: the file has its journal, and letters that failed again beside it
    sandbox.failNext({ kind: "status", status: 401 });
    expect((await run(["dead-letters", "replay", file], { env: sandbox.env })).exitCode).toBe(3);

    const { exitCode } = await run(["dead-letters", "replay", "--restart", file], { env: sandbox.env });

    expect(exitCode).toBe(1);
    expect(sandbox.contacts()).toHaveLength(1);
    const kept = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    expect(kept.map(({ reason }) => reason).sort()).toEqual(["invalid_json", "missing_name"]);
  });

  test("with deduplication off leaves alone what may stand in Apollo already", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const letter = { reason: "maybe_delivered", class: "final", maybeDelivered: true, attempts: 1, event: lead(1) };
    const file = await folder.write("dead.ndjson", [letter]);

    const kept = await run(["dead-letters", "replay", "--no-dedupe", file], { env: sandbox.env });
    expect([kept.exitCode, sandbox.requests().length]).toEqual([0, 0]);
    expect(await folder.deadLetters("dead.ndjson")).toEqual([letter]);

    await run(["dead-letters", "replay", file], { env: sandbox.env });
    expect(sandbox.contacts()).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
  });

  test("passes over a line that a crash has torn, and a foreign one", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const letter = { reason: "invalid_contact", class: "final", maybeDelivered: false, attempts: 1, event: lead(1) };
    const file = folder.at("dead.ndjson");
    await writeFile(file, `{"reason":"torn\n${JSON.stringify(letter)}\n{"some":"thing"}\n`);

    const { exitCode } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect([exitCode, sandbox.contacts().length]).toEqual([0, 1]);
  });
});
