import { existsSync } from "node:fs";
import { appendFile, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { DeadLetterFile } from "../src/stream/dead-letter-file.js";
import type { DeadLetter } from "../src/stream/dead-letter.js";
import { emailOf, lead, leads, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { posix } from "./support/posix.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

/** A letter that a run with a journal has left. */
function letterOf(person: number, parts: Partial<DeadLetter> = {}): DeadLetter {
  const at = "2026-02-25T14:30:00.000Z";
  return {
    position: person,
    journal: "a-journal",
    messageId: `message-${person}`,
    status: "failed",
    reason: "invalid_contact",
    class: "final",
    message: "Refused",
    maybeDelivered: false,
    attempts: 1,
    warnings: [],
    firstAt: at,
    lastAt: at,
    event: lead(person),
    ...parts,
  };
}

async function replayed(letters: readonly DeadLetter[], ...flags: string[]) {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("dead.ndjson", letters);
  const replay = () => run(["dead-letters", "replay", ...flags, file], { env: sandbox.env });
  const sent = () => sandbox.requests().map(({ body }) => (body as { email: string }).email);
  return { folder, sandbox, file, replay, sent, left: () => folder.deadLetters("dead.ndjson") };
}

describe.each([[], ["--no-dedupe"]])("of an event whose letter is in the file twice, a replay %s", (...flags) => {
  const place = { topic: "leads", partition: 3 };
  test.each([
    ["of one journal", [letterOf(1), letterOf(2), letterOf(1, { attempts: 7 })]],
    ["of one offset of a topic", [letterOf(1, place), letterOf(2), letterOf(1, { ...place, attempts: 7 })]],
  ])("sends one: %s", async (_, letters) => {
    const { replay, sent, file } = await replayed(letters, ...flags);

    expect((await replay()).exitCode).toBe(0);

    expect(sent().sort()).toEqual([1, 2].map(emailOf));
    expect(existsSync(file)).toBe(false);
  });

  test.each([
    ["of two journals", [letterOf(1), letterOf(2, { position: 1, journal: "another" })]],
    ["of two offsets", [letterOf(1, { ...place, position: 7 }), letterOf(2, { ...place, position: 8 })]],
    [
      "of a topic that was made again",
      [letterOf(1, { ...place, position: 7 }), letterOf(2, { ...place, position: 7 })],
    ],
  ])("but sends both letters of two events: %s", async (_, letters) => {
    const { replay, sent } = await replayed(letters, ...flags);
    await replay();
    expect(sent().sort()).toEqual([1, 2].map(emailOf));
  });

  test("keeps both where they differ, and asks for a choice", async () => {
    const corrected = letterOf(1, { event: lead(5) });
    const { replay, sent, left, file } = await replayed([letterOf(1), letterOf(2), corrected], ...flags);

    const { exitCode, stderr } = await replay();

    expect([exitCode, sent()]).toEqual([0, [emailOf(2)]]);
    expect(stderr).toContain(
      "Lines 1, 3 are of one event and differ; only one can be sent. Delete the lines that are not to be sent.\n",
    );
    expect(await left()).toEqual([letterOf(1), corrected]);
    await writeFile(file, ndjson([corrected]));
    await replay();
    expect(sent()).toEqual([emailOf(2), emailOf(5)]);
  });

  test("tells a corrected event from the other where both letters hold the line as it came", async () => {
    const line = '{"id":1234567890123456789}';
    const corrected = letterOf(1, { line, event: lead(5) });
    const { replay, sent, left } = await replayed([letterOf(1, { line }), letterOf(2), corrected], ...flags);

    const { stderr } = await replay();

    expect(sent()).toEqual([emailOf(2)]);
    expect(stderr).toContain("Lines 1, 3 are of one event and differ");
    expect(await left()).toEqual([letterOf(1, { line }), corrected]);
  });

  test("that stopped before its end does not lose what it kept, when a choice has been made", async () => {
    const corrected = letterOf(1, { event: lead(5) });
    // So that what is deleted is behind the head of the file, which is looked at.
    const long = letterOf(2, { message: "x".repeat(100_000) });
    const { replay, sent, sandbox, file } = await replayed(
      [letterOf(1), long, letterOf(3), corrected],
      ...flags,
      "--concurrency",
      "1",
    );
    sandbox.failNext({ kind: "slow", delayMs: 0 });
    sandbox.failNext({ kind: "status", status: 401 });
    expect((await replay()).exitCode).toBe(3);
    await writeFile(file, ndjson([letterOf(1), long, letterOf(3)]));

    expect((await replay()).exitCode).toBe(0);

    expect(sent().sort()).toEqual([1, 2, 3, 3].map(emailOf));
  });

  test("does not send what an earlier one has sent, says so, and removes it", async () => {
    const { replay, sent, file } = await replayed([letterOf(1)], ...flags);
    await replay();
    await writeFile(file, ndjson([letterOf(1), letterOf(2)]));

    const { exitCode, stderr } = await replay();

    expect([exitCode, sent()]).toEqual([0, [1, 2].map(emailOf)]);
    expect(stderr).toContain(
      "1 letter is of an event that an earlier replay has settled; it will not be sent again.\n",
    );
    expect(existsSync(file)).toBe(false);
  });

  test("sends again what failed again", async () => {
    const { replay, sandbox, sent, left } = await replayed([letterOf(1)], ...flags);
    sandbox.failNext({ kind: "status", status: 422 });
    expect((await replay()).exitCode).toBe(1);
    expect(await left()).toMatchObject([{ position: 1, journal: "a-journal", attempts: 2 }]);

    expect((await replay()).exitCode).toBe(0);

    expect(sent()).toEqual([1, 1].map(emailOf));
  });
});

test("with deduplication off nothing of an event is sent of which one letter says that it may have been written", async () => {
  const letters = [letterOf(1), letterOf(2), letterOf(1, { maybeDelivered: true })];
  const { replay, sent, left } = await replayed(letters, "--no-dedupe");

  expect((await replay()).exitCode).toBe(0);

  expect(sent()).toEqual([emailOf(2)]);
  expect(await left()).toEqual([letters[0], letters[2]]);
});

describe("a journal's positions are found", () => {
  const found = async (path: string) => {
    const file = await DeadLetterFile.open(path);
    const positions = await file.positionsOf("a-journal");
    await file.close();
    return positions.sort((one, other) => one - other);
  };

  test.each(["", ".replayed", ".done"])("in the letters, wherever a replay has moved them: %s", async (suffix) => {
    const folder = await folderForTest();
    await folder.write(`dead.ndjson${suffix}`, [letterOf(1), letterOf(2, { journal: "another" }), letterOf(3)]);
    if (suffix !== "") await folder.write("dead.ndjson", [letterOf(4)]);

    expect(await found(folder.at("dead.ndjson"))).toEqual(suffix === "" ? [1, 3] : [1, 3, 4]);
  });

  test("in what a replay has noted as settled, also through a link, and past a torn line", async () => {
    const { folder, file, replay } = await replayed([letterOf(1), letterOf(2)]);
    await replay();
    await appendFile(`${file}.settled`, '{"journal":"a-journal","posi');
    await writeFile(file, ndjson([letterOf(3)]));
    await replay();
    await symlink(file, folder.at("link"));
    await writeFile(file, "");

    expect(await found(folder.at("link"))).toEqual([1, 2, 3]);
    if (posix) expect((await stat(`${file}.settled`)).mode & 0o777).toBe(0o600);
    expect(await readFile(`${file}.settled`, "utf8")).not.toContain("@");
  });
});

test.runIf(posix).each([".settled", ".replay"])(
  "a link that somebody has planted in the place of a replay's %s is not followed",
  async (suffix) => {
    const { folder, file, replay, sent } = await replayed([letterOf(1)]);
    const victim = await folder.write("victim", "precious\n");
    await symlink(victim, `${file}${suffix}`);

    const { exitCode, stderr } = await replay();

    expect(exitCode).toBe(suffix === ".replay" ? 2 : 3);
    expect(stderr).toContain("it is a link");
    expect(await readFile(victim, "utf8")).toBe("precious\n");
    await rm(`${file}${suffix}`);
    expect((await replay()).exitCode).toBe(0);
    expect(sent()).toEqual([emailOf(1)]);
  },
);

test("two runs that share a file of letters: what one has cut off does not swallow a letter of the other", async () => {
  const folder = await folderForTest();
  const path = folder.at("dead.ndjson");
  const [one, other] = [await DeadLetterFile.open(path), await DeadLetterFile.open(path)];
  await one.add(letterOf(1));
  // As a disk that is full cuts off a letter of another process.
  await appendFile(path, '{"position":2,"jour');

  await other.add(letterOf(3));
  await appendFile(path, '{"position":4,"jour');
  await one.add(letterOf(5));

  await one.close();
  await other.close();
  const lines = (await readFile(path, "utf8")).split("\n");
  expect(lines[1]).toBe('{"position":2,"jour');
  expect([0, 2, 4].map((line) => JSON.parse(lines[line] ?? "") as unknown)).toMatchObject([
    { position: 1 },
    { position: 3 },
    { position: 5 },
  ]);
});

test("nor does half an entry of the audit", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const audit = folder.at("audit.ndjson");
  let cut = false;
  const input = await folder.write("leads.ndjson", leads(2));
  sandbox.failNext({ kind: "slow", delayMs: 0 });
  const ended = run(["deliver", "--concurrency", "1", "--audit", audit, input], {
    env: sandbox.env,
    stdin: "",
  });
  await expect.poll(() => readFile(audit, "utf8").catch(() => "")).toContain('"position":1');
  await appendFile(audit, '{"half').then(() => (cut = true));
  await ended;

  const lines = (await readFile(audit, "utf8")).split("\n").filter((line) => line !== "" && line !== '{"half');
  expect(cut).toBe(true);
  expect(objectsOf(`${lines.join("\n")}\n`)).toMatchObject([{ position: 1 }, { position: 2 }]);
});
