import { readFile, writeFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { defaultBlueprint } from "@datafly/signal-apollo-connector";
import { emailOf, lead, leadWith, nameless } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

/** Dead letters of five leads that Apollo refused, and the input that they are of. */
async function deadLetters(events: readonly unknown[]) {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const input = await folder.write("leads.ndjson", events);
  sandbox.failNext({ kind: "status", status: 422, body: { error: "Parameters misconfigured." } }, events.length);
  await run(["deliver", "--concurrency", "1", input], { env: sandbox.env });
  const file = `${input}.dead-letters.ndjson`;
  return { folder, sandbox, input, file, text: () => readFile(file, "utf8") };
}

describe("dead-letters forget", () => {
  test("removes the person's letters, whatever the letters of the address, and no other's", async () => {
    const events = [lead(1), lead(2), leadWith(1, { email: ` ${emailOf(1).toUpperCase()} ` }), lead(3)];
    const { file, text } = await deadLetters(events);
    const before = await text();

    const { exitCode, stdout, stderr } = await run(["dead-letters", "forget", file, ` ${emailOf(1)} `]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^2 dead letters removed\.\n/);
    expect(stdout).toContain("Apollo");
    expect(stdout + stderr).not.toContain(emailOf(1));
    expect(before.toLowerCase()).toContain(emailOf(1));
    expect((await text()).toLowerCase()).not.toContain(emailOf(1));
    const kept = before.split("\n").filter((line) => line.includes(emailOf(2)) || line.includes(emailOf(3)));
    expect((await text()).trimEnd().split("\n")).toEqual(kept);
  });

  test("removes letters of rejected events, too, by traits of the context as well", async () => {
    const { file, text } = await deadLetters([
      { ...nameless, traits: { email: emailOf(1) } },
      { ...nameless, traits: {}, context: { traits: { email: emailOf(1) } } },
      lead(2),
    ]);

    await run(["dead-letters", "forget", file, emailOf(1)]);

    expect(await text()).not.toContain(emailOf(1));
    expect(await text()).toContain(emailOf(2));
  });

  test("keeps the lead of somebody else that names the address elsewhere, and says which it is", async () => {
    const { file, text } = await deadLetters([lead(1), leadWith(2, { referred_by: emailOf(1) }), '{"half']);
    const other = (await text()).split("\n").findIndex((line) => line.includes("referred_by"));

    const { exitCode, stdout } = await run(["dead-letters", "forget", file, emailOf(1)]);

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^1 dead letter removed\.\n/);
    expect(await text()).toContain("referred_by");
    expect(await text()).toContain('{\\"half');
    const now = (await text()).split("\n").findIndex((line) => line.includes("referred_by"));
    expect(other).toBeGreaterThanOrEqual(0);
    expect(stdout).toContain(`line ${now + 1}`);
  });

  test("keeps a lead that the person entered for somebody else", async () => {
    const entered = lead(2, {
      context: { consent: { canonical: { marketing: true } }, traits: { email: emailOf(1) } },
    });
    const { file, text } = await deadLetters([lead(1), entered]);

    const { exitCode, stdout } = await run(["dead-letters", "forget", file, emailOf(1)]);

    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^1 dead letter removed\.\n/)]);
    expect(await text()).toContain(emailOf(2));
  });

  test("finds the address where a blueprint of your own maps it from", async () => {
    const events = [1, 2].map((person) =>
      lead(person, { traits: { first_name: "Ada", last_name: "Byron", work_email: emailOf(person) } }),
    );
    const { folder, file, text } = await deadLetters(events);
    const fields = { ...defaultBlueprint.fields, email: "traits.work_email" };
    await writeFile(folder.at("blueprint.json"), JSON.stringify({ ...defaultBlueprint, fields }));

    await run(["dead-letters", "forget", "--blueprint", folder.at("blueprint.json"), file, emailOf(1)]);

    expect(await text()).not.toContain(emailOf(1));
    expect(await text()).toContain(emailOf(2));
  });

  test("leaves the file as it is if there is nothing of the person, and a second time", async () => {
    const { file, text } = await deadLetters([lead(1), lead(2)]);
    await run(["dead-letters", "forget", file, emailOf(1)]);
    const before = await text();

    const { exitCode, stdout } = await run(["dead-letters", "forget", file, emailOf(1)]);

    expect([exitCode, await text()]).toEqual([0, before]);
    expect(stdout).toMatch(/^No dead letter of this person\.\n/);
  });

  test("is remembered by the run that left the letters: it neither sends the events again nor leaves new letters", async () => {
    const { sandbox, input, file, text } = await deadLetters([lead(1), lead(2)]);
    await run(["dead-letters", "forget", file, emailOf(1)]);
    const sent = sandbox.requests().length;

    const { exitCode } = await run(["deliver", input], { env: sandbox.env });

    expect(exitCode).not.toBe(2);
    expect(sandbox.requests().filter(({ method }) => method === "POST").length).toBe(sent);
    expect(await text()).not.toContain(emailOf(1));
  });

  test("what is left can be replayed", async () => {
    const { sandbox, file } = await deadLetters([lead(1), lead(2)]);
    await run(["dead-letters", "forget", file, emailOf(1)]);

    const { exitCode } = await run(["dead-letters", "replay", file], { env: sandbox.env });

    expect(exitCode).toBe(0);
    expect(sandbox.contacts().map(({ email }) => email)).toEqual([emailOf(2)]);
  });

  test("waits for a replay that has not ended: its journal counts lines", async () => {
    const { file, text } = await deadLetters([lead(1), lead(2)]);
    await writeFile(`${file}.journal`, "");
    const before = await text();

    const { exitCode, stderr } = await run(["dead-letters", "forget", file, emailOf(1)]);

    expect([exitCode, await text()]).toEqual([2, before]);
    expect(stderr).toContain("A replay of this file has not ended.");
  });

  test.each([
    ["no address", ["nobody"], /^Give the e-mail address of the person/],
    ["no file of dead letters", [], /is no file of dead letters/],
  ])("of %s is wrong usage", async (_, words, message) => {
    const { input, file } = await deadLetters([lead(1)]);
    const argv = words.length > 0 ? [file, ...words] : [input, emailOf(1)];

    const { exitCode, stderr } = await run(["dead-letters", "forget", ...argv]);

    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
