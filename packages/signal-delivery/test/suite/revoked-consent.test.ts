import { renameSync, writeFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import { folderForTest } from "../support/folder.js";
import { objectsOf, start } from "../support/run.js";
import { sandboxForTest, type SandboxForTest } from "../support/sandbox.js";
import { imbalances } from "./balance.js";
import { PASSING_FAULTS, plantAtRate } from "./faults.js";
import { anonymousIdOf, leadStream, textOf } from "./lead-stream.js";
import { randomOf, seed, sized } from "./size.js";

const EVENTS = sized(800, 10_000);
const REVOCATIONS = sized(40, 500);

test.each([true, false])(
  `consent is revoked at random moments, deduplication %s: nothing is sent after that but what is in the air (seed ${seed})`,
  async (deduplicate) => {
    const random = randomOf(`revoked ${String(deduplicate)}`);
    const folder = await folderForTest();
    const sandbox = await sandboxForTest({ maxRequests: EVENTS * 20 });
    const lines = leadStream(EVENTS, random);
    const people = [...new Set(lines.map(({ person }) => person))];
    const faults = [PASSING_FAULTS["a refusal for the quota"], PASSING_FAULTS["a slow answer"]] as const;
    plantAtRate(sandbox, faults, { rate: 0.1, calls: EVENTS * 2, random });
    const consents = consentFile(folder.at("consents.json"), people);
    const argv = ["deliver", await folder.write("leads.ndjson", textOf(lines)), "--json"];
    argv.push("--concurrency", "8", "--consent-store", consents.path);
    if (!deduplicate) argv.push("--no-dedupe");

    const run = start(argv, { env: sandbox.env, sleep: (_ms, signal) => setImmediate(undefined, { signal }) });
    const ended = { is: false };
    void run.ended.then(() => (ended.is = true));
    const sentBefore = new Map<number, number>();
    for (let revocation = 0; revocation < REVOCATIONS; revocation++) {
      const next = ((revocation + random.next()) * EVENTS) / REVOCATIONS / 2;
      while (!ended.is && settledOf(run.stdout()) < next) await setImmediate();
      for (const person of people.splice(random.below(people.length), 1)) {
        consents.revoke(person);
        sentBefore.set(person, sandbox.requests().length);
      }
    }
    const { exitCode, stdout } = await run.ended;

    expect([0, 1]).toContain(exitCode);
    for (const [person, before] of sentBefore) {
      const late = sandbox.requests().slice(before).filter(isAbout(person)).length;
      // Calls for one person go one at a time, so that one may be in the air.
      expect(late, `calls for person ${person} after the revocation`).toBeLessThanOrEqual(1);
    }
    const settled = objectsOf(stdout);
    const dropped = settled.filter(({ reason }) => reason === "consent_revoked");
    const revoked = new Set(dropped.map(({ position }) => Number(position)));
    expect(revoked.size).toBeGreaterThan(0);
    for (const position of revoked) expect(sentBefore.has(lines[position - 1]?.person ?? -1)).toBe(true);
    expect(settled).toHaveLength(EVENTS);
    const deadLetters = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    expect(imbalances({ lines, sandbox, deadLetters, deduplicate, revoked })).toEqual([]);
  },
  sized(60_000, 600_000),
);

test("while the consent store cannot be asked nothing is sent, and nothing is lost", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const lines = leadStream(200, randomOf("store away"));
  const consents = consentFile(
    folder.at("consents.json"),
    lines.map(({ person }) => person),
  );
  const argv = ["deliver", await folder.write("leads.ndjson", textOf(lines)), "--json"];

  const run = start([...argv, "--consent-store", consents.path], {
    env: sandbox.env,
    sleep: (_ms, signal) => setImmediate(undefined, { signal }),
  });
  while (settledOf(run.stdout()) < 100) await setImmediate();
  consents.takeAway();
  await expect.poll(() => run.stderr(), { interval: 1, timeout: 10_000 }).toContain("Nothing is sent");
  // What was in the air when the file went is there soon; after that there is nothing.
  await expect.poll(() => run.waits.length, { interval: 1, timeout: 10_000 }).toBeGreaterThan(50);
  const sent = sandbox.requests().length;
  const waits = run.waits.length;
  await expect.poll(() => run.waits.length, { interval: 1, timeout: 10_000 }).toBeGreaterThan(waits + 50);
  expect(sandbox.requests()).toHaveLength(sent);
  consents.bringBack();
  await run.ended;

  const deadLetters = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
  expect(imbalances({ lines, sandbox, deadLetters, deduplicate: true })).toEqual([]);
});

/** A consent store in a file that is replaced in one step. */
function consentFile(path: string, people: readonly number[]) {
  const entries = new Map(people.map((person) => [person, true]));
  const write = () => {
    const all = [...entries].map(([person, marketing]) => [
      `consent:${anonymousIdOf(person)}`,
      { canonical: { marketing } },
    ]);
    writeFileSync(`${path}.next`, JSON.stringify(Object.fromEntries(all)));
    renameSync(`${path}.next`, path);
  };
  write();
  return {
    path,
    revoke: (person: number) => {
      entries.set(person, false);
      write();
    },
    takeAway: () => {
      renameSync(path, `${path}.away`);
    },
    bringBack: write,
  };
}

function settledOf(stdout: string): number {
  return stdout.split("\n").length - 1;
}

function isAbout(person: number): (request: ReturnType<SandboxForTest["requests"]>[number]) => boolean {
  return ({ body }) => (body as Partial<Record<string, unknown>>).last_name === `Byron${person}`;
}
