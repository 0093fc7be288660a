import { existsSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { emailOf, lead, nameless } from "../support/events.js";
import { folderForTest } from "../support/folder.js";
import { answerCreated, serverForTest } from "../support/http-server.js";
import { killedAt } from "../support/killer.js";
import { startProgram } from "../support/program.js";
import { run } from "../support/run.js";
import { sized } from "./size.js";

/** Leads of whom the first calls are refused for certain, so that they become letters that a replay sends. */
const REFUSED = new Set([1, 3].map(emailOf));

/** A file of leads, and a server that counts whom it writes. */
async function prepare(deduplicate: boolean) {
  const folder = await folderForTest();
  const input = await folder.write("leads.ndjson", [lead(1), nameless, lead(2), lead(3), lead(4)]);
  const letters = `${input}.dead-letters.ndjson`;
  const refuse = new Set(REFUSED);
  const written: unknown[] = [];
  const { url } = await serverForTest((response, { email }) => {
    if (refuse.delete(String(email))) {
      response.writeHead(422, { "content-type": "application/json" }).end('{"error":"Refused."}');
      return;
    }
    written.push(email);
    answerCreated(response);
  });
  const env = { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url };
  const flags = ["--concurrency", "1", ...(deduplicate ? [] : ["--no-dedupe"])];
  const commands = { deliver: ["deliver", ...flags, input], replay: ["dead-letters", "replay", ...flags, letters] };
  /** Runs a command in a process of its own; `null` if it was killed. */
  const killed = async (command: keyof typeof commands, step: number) =>
    (await startProgram(commands[command], { env: { ...env, ...(await killedAt(folder, step)) } }).ended).exitCode;
  const ends = async (command: keyof typeof commands) => {
    if (command === "replay" && !existsSync(letters) && !existsSync(`${letters}.replayed`)) return;
    const { exitCode, stderr } = await run(commands[command], { env });
    expect([0, 1], stderr).toContain(exitCode);
  };
  const expectBalance = async (step: string) => {
    const left = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    const people = [1, 2, 3, 4].map((person) => ({
      email: emailOf(person),
      written: written.filter((email) => email === emailOf(person)).length,
      letters: left.filter(({ messageId }) => messageId === `message-${person}`),
    }));
    for (const { email, written: times, letters: ofPerson } of people) {
      const where = `${email}, ${step}`;
      if (!deduplicate) expect(times, where).toBeLessThanOrEqual(1);
      expect(times + ofPerson.length, `${where} is lost`).toBeGreaterThan(0);
      for (const letter of ofPerson) if (times > 0) expect(letter.maybeDelivered, where).toBe(true);
    }
    expect(left.filter(({ messageId }) => messageId === "nameless")).toHaveLength(1);
    return people;
  };
  return { folder, killed, ends, written, expectBalance };
}

const EVERY = sized(5, 1);

describe.each([true, false])("deduplication %s:", (deduplicate) => {
  test("deliver is killed at any step, then a replay, then deliver: no event is lost, and none is sent again after its replay", async () => {
    let exitCode: number | null = null;
    for (let step = 1; exitCode === null && step < 200; step += EVERY) {
      const { killed, ends, expectBalance, written } = await prepare(deduplicate);
      exitCode = await killed("deliver", step);
      await ends("replay");
      const replayed = [...written];
      await ends("deliver");
      await ends("replay");
      await ends("deliver");
      const people = await expectBalance(`killed at ${step}`);
      // With deduplication: what the replay has sent is not sent after it; what was in flight before it may be.
      const refusedOnes = people.filter(({ email }) => REFUSED.has(email));
      for (const { email, written: times } of refusedOnes) {
        if (replayed.includes(email)) expect(times, `${email}, killed at ${step}`).toBe(1);
      }
    }
    expect(exitCode).toBe(1);
  }, 300_000);

  test("deliver is killed before its journal knows of the letters, then the replay at any step, then deliver: the same", async () => {
    let exitCode: number | null = null;
    for (let step = 1; exitCode === null && step < 200; step += EVERY) {
      const { folder, killed, ends, expectBalance } = await prepare(deduplicate);
      let before: number | null = null;
      for (
        let at = 60;
        before === null && (await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).length < 2;
        at++
      ) {
        before = await killed("deliver", at);
      }
      exitCode = await killed("replay", step);
      await ends("deliver");
      await ends("replay");
      await ends("deliver");
      await expectBalance(`killed at ${step}`);
    }
    expect([0, 1]).toContain(exitCode);
  }, 300_000);
});
