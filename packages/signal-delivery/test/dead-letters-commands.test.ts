import { existsSync, mkdirSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { DeadLetterFile } from "../src/stream/dead-letter-file.js";
import type { DeadLetter } from "../src/stream/dead-letter.js";
import { emailOf, lead, leadWith, nameless, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { answerCreated, serverForTest } from "./support/http-server.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

/** A dead letter of an event that Apollo refused. */
function letterOf(event: unknown, position = 1): DeadLetter {
  const at = "2026-02-25T14:30:00.000Z";
  return {
    position,
    messageId: null,
    status: "failed",
    reason: "invalid_contact",
    class: "final",
    message: "Refused",
    maybeDelivered: false,
    attempts: 1,
    warnings: [],
    firstAt: at,
    lastAt: at,
    event,
  };
}

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

test("dead letters that an editor saved with a byte order mark and CRLF are all replayed", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const lines = [letterOf(lead(1), 1), letterOf(lead(2), 2)].map((letter) => `${JSON.stringify(letter)}\r\n`);
  // Two such files, one behind the other.
  const text = `\ufeff${lines.join("")}\ufeff${JSON.stringify(letterOf(lead(3), 3))}\r\n`;
  const file = await folder.write("dead.ndjson", text);

  const list = await run(["dead-letters", "list", "--json", file]);
  const { exitCode } = await run(["dead-letters", "replay", file], { env: sandbox.env });

  expect(objectsOf(list.stdout)).toHaveLength(3);
  expect(exitCode).toBe(0);
  expect(
    sandbox
      .contacts()
      .map(({ email }) => email)
      .sort(),
  ).toEqual([emailOf(1), emailOf(2), emailOf(3)]);
  expect(await folder.deadLetters("dead.ndjson")).toEqual([]);
});

test("dead-letters list tells letters apart by the line of the input and the attempts", async () => {
  const folder = await folderForTest();
  const file = await folder.write("dead.ndjson", [letterOf(lead(1), 7), { ...letterOf(lead(2), 9), attempts: 5 }]);

  const json = await run(["dead-letters", "list", "--json", file]);
  const { stdout } = await run(["dead-letters", "list", file]);
  const table = await run(["dead-letters", "list", file], { terminal: true });

  expect(objectsOf(json.stdout)).toMatchObject([
    { position: 7, attempts: 1 },
    { position: 9, attempts: 5 },
  ]);
  expect(stdout).toMatch(/line 7 .* 1 attempt .*\n.*line 9 .* 5 attempts /);
  expect(table.stdout).toMatch(/no\. +line +event .*\n1 +7 .* 1 +no .*\n2 +9 .* 5 +no /);
});

test("dead-letters list knows a letter whose line is longer in JSON than a line of the input may be", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  // Given a line that is nothing but quotes: each takes two characters in JSON
  const input = await folder.write("leads.ndjson", [lead(1), '"'.repeat(6 * 2 ** 20)]);
  await run(["deliver", input], { env: sandbox.env });

  const { exitCode, stdout } = await run(["dead-letters", "list", "--json", `${input}.dead-letters.ndjson`]);

  expect(exitCode).toBe(0);
  expect(objectsOf(stdout)).toMatchObject([{ position: 2, reason: "invalid_json" }]);
});

test("dead-letters list of an empty file says that it holds none", async () => {
  const folder = await folderForTest();
  const file = await folder.write("dead.ndjson", "");

  const { exitCode, stdout, stderr } = await run(["dead-letters", "list", file]);

  expect([exitCode, stdout, stderr]).toEqual([0, "", `${file} holds no dead letters.\n`]);
});

describe("a file of something else is refused, and stays as it is:", () => {
  const contents = {
    events: ndjson([lead(1), lead(2)]),
    "a CSV": "first_name,last_name\nAda,Byron\n",
    "an audit": ndjson([{ position: 1, event: "form_submit", status: "rejected", reason: "missing_name" }]),
    "the output of list": ndjson([
      { number: 1, event: "form_submit", position: 1, reason: "x", class: "final", attempts: 1, maybeDelivered: false },
    ]),
  };
  test.each(Object.entries(contents))("%s", async (_, content) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", content);

    for (const command of [["list"], ["show"], ["replay"]]) {
      const argv = ["dead-letters", ...command, file, ...(command[0] === "show" ? ["1"] : [])];
      const { exitCode, stderr } = await run(argv, { env: sandbox.env });
      expect([exitCode, stderr]).toEqual([2, `${file} is no file of dead letters.\n`]);
    }

    expect(await readFile(file, "utf8")).toBe(content);
    expect(await readdir(folder.path)).toEqual(["leads.ndjson"]);
    expect(sandbox.requests()).toEqual([]);
  });

  test("and the one that is meant is named, if it is there", async () => {
    const { folder, file } = await deadLettersOfARun();
    const { stderr } = await run(["dead-letters", "list", folder.at("leads.ndjson")]);
    expect(stderr).toBe(`${folder.at("leads.ndjson")} is no file of dead letters. Did you mean ${file}?\n`);
  });
});

describe("a file of dead letters that is taken for events by mistake", () => {
  test("is refused by deliver, as a file and through a pipe, and is left for a replay", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const content = ndjson([letterOf(lead(1)), letterOf(lead(2))]);
    const file = await folder.write("dead letters.ndjson", content);

    const asFile = await run(["deliver", file], { env: sandbox.env });
    const piped = await run(["deliver", "--dead-letters", folder.at("new.ndjson")], {
      env: sandbox.env,
      stdin: content,
    });

    expect(asFile).toMatchObject({
      exitCode: 2,
      stderr: `${file} holds dead letters, not events. Nothing was sent. To send them again: signal-apollo dead-letters replay '${file}'\n`,
    });
    expect(piped).toMatchObject({
      exitCode: 2,
      stderr:
        "Standard input holds dead letters, not events. Nothing was sent. To send them again: signal-apollo dead-letters replay FILE\n",
    });
    expect(await readdir(folder.path)).toEqual(["dead letters.ndjson"]);
    await run(["dead-letters", "replay", file], { env: sandbox.env });
    expect(sandbox.contacts()).toHaveLength(2);
  });

  test("and has a journal of that, is not replayed by it: no letter would be sent, and all would be removed", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    // Given a line before the letters, so that the file passes for events
    const content = ndjson(["{}", letterOf(lead(1)), letterOf(lead(2))]);
    const file = await folder.write("dead.ndjson", content);
    await run(["deliver", file], { env: sandbox.env });

    const { exitCode, stderr } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `Line 1 is no dead letter; it is left as it is.\n${file}.journal is the journal of a delivery of events, and does not tell which dead letters were sent. Begin anew with --restart.\n`,
    );
    expect(await readFile(file, "utf8")).toBe(content);
    await run(["dead-letters", "replay", "--restart", file], { env: sandbox.env });
    expect(sandbox.contacts()).toHaveLength(2);
    expect(await readFile(file, "utf8")).toBe("{}\n");
  });
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
      vendorMessage: "Parameters misconfigured.",
      event: lead(1),
    });
  });

  test.each(["9", "0", "one", "0:17"])("of a number that is not there (%s) says so", async (number) => {
    const { file } = await deadLettersOfARun();
    const { exitCode, stderr } = await run(["dead-letters", "show", file, number]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`has no dead letter ${number}. \`signal-apollo dead-letters list\` tells their numbers`);
  });

  test.each([
    [[], "Which dead letter? Give its number, as list tells."],
    [["3"], "Which dead letters? Name a file, or a topic with --topic and --brokers."],
    [["letters.ndjson"], "Which dead letter of letters.ndjson? Give its number, as list tells."],
    [
      ["letters.ndjson", "--topic", "leads-dlq"],
      "Which dead letter of letters.ndjson? Give its number, as list tells.",
    ],
    [["3", "--topic", "leads-dlq"], "such as 0:17"],
    [["0:3", "--topic", "leads-dlq"], "Where is Kafka?"],
  ])("of %j alone asks for the rest", async (args, message) => {
    const { exitCode, stderr } = await run(["dead-letters", "show", ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

test.each([["list"], ["show", "3"], ["replay"]])(
  "%s of a file and of a topic is asked which of them; a topic of the environment gives way to a file",
  async (command, ...number) => {
    const { sandbox, file } = await deadLettersOfARun();
    const argv = ["dead-letters", command, file, ...number];

    const both = await run([...argv, "--topic", "leads-dlq"], { env: sandbox.env });
    const fromEnvironment = await run(argv, { env: { ...sandbox.env, KAFKA_DEAD_LETTER_TOPIC: "leads-dlq" } });

    expect(both).toMatchObject({ exitCode: 2, stdout: "" });
    expect(both.stderr).toBe("Which dead letters? Name a file, or a topic with --topic and --brokers; not both.\n");
    expect(fromEnvironment.exitCode).not.toBe(2);
  },
);

test.each([
  [".journal", "is not a journal"],
  [".journal.next", "it is a folder"],
  [".replay", "it is a folder"],
])(
  "what stands in the place of a replay's %s is to give way: a replay has no options to choose another one",
  async (suffix, why) => {
    const { sandbox, file } = await deadLettersOfARun();
    await mkdir(`${file}${suffix}`);

    const { exitCode, stderr } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
    expect(stderr).toMatch(/\. A replay needs that place for its own\.\n$/);
  },
);

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
    const letter = { ...letterOf(undefined), reason: "invalid_json", line: JSON.stringify(lead(7)) };
    const file = await folder.write("mended.ndjson", [letter]);

    const { exitCode } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toMatchObject([{ email: emailOf(7) }]);
    expect(existsSync(file)).toBe(false);
  });

  test("that ends early goes on where it was, and sends nothing twice", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const letters = [1, 2, 3].map((number) => letterOf(lead(number), number));
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
    expect(stderr).toContain("Resuming after line 1");
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
    const letter = { ...letterOf(lead(1)), reason: "maybe_delivered", maybeDelivered: true };
    const file = await folder.write("dead.ndjson", [letter]);

    const kept = await run(["dead-letters", "replay", "--no-dedupe", file], { env: sandbox.env });
    expect([kept.exitCode, sandbox.requests().length]).toEqual([0, 0]);
    expect(await folder.deadLetters("dead.ndjson")).toEqual([letter]);

    await run(["dead-letters", "replay", file], { env: sandbox.env });
    expect(sandbox.contacts()).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
  });

  test("keeps lines that are no letters byte for byte, also the torn end of the last", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = folder.at("dead.ndjson");
    const [torn, foreign, half] = ['{"reason":"torn', ' { "some" :\t"thing"}\r', '{"position":9,"rea'];
    await writeFile(file, `${torn}\n${JSON.stringify(letterOf(lead(1)))}\n${foreign}\n\n${half}`);
    const said = "3 lines are no dead letters (1, 3, 5); they are left as they are.\n";

    const listed = await run(["dead-letters", "list", file]);
    const { exitCode, stderr } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect([exitCode, sandbox.contacts().length]).toEqual([0, 1]);
    expect(await readFile(file, "utf8")).toBe(`${torn}\n${foreign}\n${half}\n`);
    expect(listed.stderr).toContain(said);
    expect(stderr).toContain(said);
    expect(stderr).toContain(`No dead letter is left; 3 other lines stay in ${file}\n`);
  });

  test("says of one line that is none which it is", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("dead.ndjson", [letterOf(nameless), "torn"]);

    const { stderr } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect(stderr).toContain("Line 2 is no dead letter; it is left as it is.\n");
    expect(stderr).toContain(`Dead letters: 1 stays in ${file}\n`);
    expect(stderr).not.toContain(".replay");
  });

  test("of an empty file says so, and leaves it to who may be writing to it", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("dead.ndjson", "");

    const { exitCode, stderr } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect([exitCode, stderr]).toEqual([0, `${file} holds no dead letters.\n`]);
    expect(await readdir(folder.path)).toEqual(["dead.ndjson"]);
  });

  test("sends an event that was corrected in the file, and a line that was replaced", async () => {
    const { sandbox, file } = await deadLettersOfARun();
    const letters = objectsOf(await readFile(file, "utf8")).map((letter) => {
      if (letter.reason === "missing_name") return { ...letter, event: lead(2) };
      if (letter.reason === "invalid_json") return { ...letter, line: JSON.stringify(lead(3)) };
      return letter;
    });
    await writeFile(file, ndjson(letters));

    const { exitCode, stderr } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect(exitCode).toBe(0);
    expect(
      sandbox
        .contacts()
        .map(({ email }) => email)
        .sort(),
    ).toEqual([1, 2, 3].map(emailOf));
    expect(stderr).toContain(`No dead letter is left: ${file} is removed.\n`);
  });

  test("does not deliver a line that is not UTF-8 with a broken name, and keeps its bytes until it is corrected", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const event = leadWith(1, { last_name: "Müller" });
    const latin1 = Buffer.from(JSON.stringify(event), "latin1");
    await folder.write("leads.ndjson", Buffer.concat([latin1, Buffer.from("\n")]));
    await run(["deliver", folder.at("leads.ndjson")], { env: sandbox.env });
    const file = folder.at("leads.ndjson.dead-letters.ndjson");

    const { exitCode } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect([exitCode, sandbox.requests()]).toEqual([1, []]);
    const [letter] = objectsOf(await readFile(file, "utf8"));
    expect(letter).toMatchObject({ reason: "invalid_json", message: "The line is not UTF-8", line: String(latin1) });
    expect(Buffer.from(String(letter?.lineBase64), "base64")).toEqual(latin1);
    await writeFile(file, ndjson([{ ...letter, line: JSON.stringify(event) }]));
    await run(["dead-letters", "replay", file], { env: sandbox.env });
    expect(sandbox.contacts()).toMatchObject([{ last_name: "Müller" }]);
    expect(existsSync(file)).toBe(false);
  });

  test("leaves to a letter the line of the input and the journal that it is of", async () => {
    const { folder, sandbox, file } = await deadLettersOfARun();
    const before = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");

    await run(["dead-letters", "replay", file], { env: sandbox.env });

    const placesOf = (letters: typeof before) =>
      letters.map(({ reason, position, journal }) => [reason, position, journal]).sort();
    expect(placesOf(await folder.deadLetters("leads.ndjson.dead-letters.ndjson"))).toEqual(
      placesOf(before.filter(({ reason }) => reason !== "invalid_contact")),
    );
  });

  test("does not forget that an event may stand in Apollo already, though Apollo refuses it now", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("dead.ndjson", [{ ...letterOf(lead(1)), maybeDelivered: true }]);
    sandbox.failNext({ kind: "status", status: 422 });
    expect((await run(["dead-letters", "replay", file], { env: sandbox.env })).exitCode).toBe(1);
    const sent = sandbox.requests().length;

    const { stderr } = await run(["dead-letters", "replay", "--no-dedupe", file], { env: sandbox.env });

    expect(stderr).toContain(`Dead letters: 1 stays in ${file}\n`);
    expect(sandbox.requests()).toHaveLength(sent);
  });

  test.each([
    ["a first death that was certain, and a second", false, { kind: "status", status: 422 }, false],
    ["a first death that was not, and a second that was", true, { kind: "status", status: 422 }, true],
    ["a first death that was certain, and a second that was not", false, { kind: "reset", written: true }, true],
  ] as const)("tells of both deaths of a letter: %s", async (_, before, fault, after) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const letter = {
      ...letterOf(lead(1), 77),
      topic: "delivery-apollo",
      partition: 3,
      maybeDelivered: before,
      attempts: 4,
      firstAt: "2026-01-01T00:00:00.000Z",
      lastAt: "2026-01-02T00:00:00.000Z",
    };
    const file = await folder.write("dead.ndjson", [letterOf(lead(2)), letter]);
    // Until a first answer, it would be the address that is at fault.
    sandbox.failNext({ kind: "slow", delayMs: 0 });
    sandbox.failNext(fault);

    await run(["dead-letters", "replay", "--max-attempts", "1", file], { env: sandbox.env });

    expect(await folder.deadLetters("dead.ndjson")).toMatchObject([
      {
        position: 77,
        topic: "delivery-apollo",
        partition: 3,
        maybeDelivered: after,
        attempts: 5,
        firstAt: letter.firstAt,
        lastAt: "2026-02-25T14:30:00.000Z",
      },
    ]);
  });

  test("keeps the letters that another run adds meanwhile", async () => {
    const folder = await folderForTest();
    const file = await folder.write("dead.ndjson", [letterOf(lead(1)), letterOf(lead(2))]);
    const other = await DeadLetterFile.open(file);
    const added: Promise<void>[] = [];
    const { url } = await serverForTest((response) => {
      // Whatever the replay has read by now, these are to be kept or delivered.
      const late = Array.from({ length: 20 }, (_, n) => letterOf(nameless, 100 + added.length * 20 + n));
      added.push(...late.map((letter) => other.add(letter)));
      answerCreated(response);
    });

    const { exitCode } = await run(["dead-letters", "replay", file], {
      env: { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url },
    });
    await Promise.all(added);
    await other.add(letterOf(nameless, 1));
    await other.close();

    expect([0, 1]).toContain(exitCode);
    const positions = new Set((await folder.deadLetters("dead.ndjson")).map(({ position }) => position));
    expect(positions.size).toBe(added.length + 1);
    expect(await readdir(folder.path)).toEqual(["dead.ndjson"]);
  });

  test("does not touch a file that was put in the place of the one it replays", async () => {
    const folder = await folderForTest();
    const file = await folder.write("dead.ndjson", [letterOf(lead(1))]);
    const corrected = ndjson([letterOf(lead(2))]);
    const { url } = await serverForTest((response) => {
      void writeFile(folder.at("new"), corrected)
        .then(() => rename(folder.at("new"), file))
        .then(() => {
          answerCreated(response);
        });
    });

    const { exitCode, stderr } = await run(["dead-letters", "replay", file], {
      env: { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url },
    });

    expect(exitCode).toBe(3);
    expect(stderr).toContain(`Stopped. ${file} was replaced while it was replayed; it is left as it is.\n`);
    expect(await readFile(file, "utf8")).toBe(corrected);
  });
});

describe("a replay that is killed at its end is ended by the next, which sends nothing twice and loses nothing:", () => {
  const letters = [letterOf(lead(1), 4), letterOf(nameless, 5), letterOf(lead(3), 6)];
  const left = ["}", "}"];

  /** The files of a replay that has come to where nothing is left to do but to finish. */
  async function replayedWholly() {
    const folder = await folderForTest();
    const file = await folder.write("dead.ndjson", `${ndjson(letters)}${left.join("\n")}\n`);
    const args = ["dead-letters", "replay", "--no-dedupe", "--concurrency", "1", file];
    const sent: unknown[] = [];
    const { url } = await serverForTest((response, { email }) => {
      // A folder where the file is to be moved keeps it from finishing.
      if (sent.length === 0) mkdirSync(folder.at("dead.ndjson.replayed/full"), { recursive: true });
      sent.push(email);
      answerCreated(response);
    });
    const env = { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url };
    const stopped = await run(args, { env });
    expect(stopped.stderr).toContain(`Stopped. Cannot write what is left to ${file}: `);
    expect([stopped.exitCode, sent]).toEqual([3, [emailOf(1), emailOf(3)]]);
    await rm(folder.at("dead.ndjson.replayed"), { recursive: true });
    return { folder, sent, env, file, args };
  }

  const steps: Record<string, (file: string) => Promise<unknown>> = {
    "before the file is moved away": () => Promise.resolve(),
    "after that": (file) => rename(file, `${file}.replayed`),
    "when some of what is left is written": async (file) => {
      await rename(file, `${file}.replayed`);
      await writeFile(file, `${left.slice(0, 1).join("\n")}\n`);
    },
    "when another run has begun a new file": async (file) => {
      await rename(file, `${file}.replayed`);
      await writeFile(file, "");
    },
  };
  test.each(Object.entries(steps))("%s", async (_, step) => {
    const { folder, sent, env, file, args } = await replayedWholly();
    await step(file);

    const { exitCode, stderr } = await run(args, { env });

    expect(exitCode).toBe(0);
    expect(stderr).toContain(`Dead letters: 1 stays in ${file}\n`);
    expect(sent).toHaveLength(2);
    const lines = (await readFile(file, "utf8")).trim().split("\n");
    expect(lines.slice(0, 2)).toEqual(left);
    expect(lines.slice(2).map((line) => JSON.parse(line) as unknown)).toMatchObject([{ position: 5, event: nameless }]);
    expect(await readdir(folder.path)).toEqual(["dead.ndjson"]);
  });

  test("when all is written, and only the replay's files are to be removed", async () => {
    const { folder, sent, env, file, args } = await replayedWholly();
    await rename(file, `${file}.done`);
    await folder.write("dead.ndjson", [letterOf(lead(7))]);

    const { exitCode } = await run(args, { env });

    expect([exitCode, sent.length]).toEqual([0, 3]);
    expect(await readdir(folder.path)).toEqual([]);
  });
});

test("a file of dead letters that is moved away again and again, and read to its end then, loses none", async () => {
  const folder = await folderForTest();
  const path = folder.at("dead.ndjson");
  const file = await DeadLetterFile.open(path);
  const found = new Set<unknown>();
  const collect = async (name: string) => {
    for (const { position } of await folder.deadLetters(name)) found.add(position);
  };
  let written = 0;
  const write = async () => {
    for (let position = 1; position <= 100; position++) {
      await file.add(letterOf(nameless, position));
      written = position;
    }
  };
  const move = async () => {
    for (let movedAt = -1; written < 100;) {
      // Once for each letter, at any moment of its writing: a writer that is overtaken every time would never be through.
      for (let turns = Math.random() * 100; turns > 0; turns--) await setImmediate();
      if (written === movedAt) continue;
      movedAt = written;
      await rename(path, folder.at("moved")).catch(() => undefined);
      await collect("moved").catch(() => undefined);
      await rm(folder.at("moved"), { force: true });
    }
  };

  await Promise.all([write(), move()]);
  await file.close();
  await collect("dead.ndjson");

  expect(found.size).toBe(100);
});
