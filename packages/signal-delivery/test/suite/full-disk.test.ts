import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { folderForTest } from "../support/folder.js";
import { objectsOf, run } from "../support/run.js";
import { startShell } from "../support/program.js";
import { sandboxForTest } from "../support/sandbox.js";
import { imbalances } from "./balance.js";
import { settledThrough } from "./end-of-journal.js";
import { leadStream, textOf } from "./lead-stream.js";
import { randomOf } from "./size.js";

const EVENTS = 400;
/** A disk that is always full, where the system has one. */
const FULL = "/dev/full";

/** A stream in a folder, a sandbox, and a way to run the command on it. */
async function prepare({ deduplicate = true, mixture = 0.3 } = {}) {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const lines = leadStream(EVENTS, randomOf("full disk"), mixture);
  const input = await folder.write("leads.ndjson", textOf(lines));
  const argv = ["deliver", input, "--json", ...(deduplicate ? [] : ["--no-dedupe"])];
  const deliver = (...more: string[]) => run([...argv, ...more], { env: sandbox.env });
  const expectBalance = async (deadLetters = "leads.ndjson.dead-letters.ndjson") => {
    const letters = await folder.deadLetters(deadLetters);
    expect(imbalances({ lines, sandbox, deadLetters: letters, deduplicate })).toEqual([]);
  };
  return { folder, sandbox, lines, input, argv, deliver, expectBalance };
}

/** What the program said on why it ended, of all that it said. */
function complaints(stderr: string): string[] {
  return stderr.split("\n").filter((line) => /^Cannot|^Stopped\./.test(line));
}

describe.runIf(existsSync(FULL)).each([true, false])("a full disk, deduplication %s", (deduplicate) => {
  test("for the dead letters stops the line; twice; what was not kept is not settled, and the next run keeps it", async () => {
    const { folder, lines, deliver, expectBalance } = await prepare({ deduplicate });
    const first = await deliver("--dead-letters", FULL);

    expect(first.exitCode).toBe(3);
    expect(complaints(first.stderr)).toEqual([`Stopped. Cannot write dead letters to ${FULL}: the disk is full.`]);
    const firstReject = lines.find(({ fate }) => fate === "rejected")?.position ?? 0;
    expect(await settledThrough(folder.at("leads.ndjson.journal"))).toBeLessThan(firstReject);
    expect((await deliver("--dead-letters", FULL)).exitCode).toBe(3);
    expect((await deliver()).exitCode).toBe(1);
    await expectBalance();
  });

  test("for the audit stops the line; what was not recorded is not settled, and the next run records it", async () => {
    const { folder, lines, deliver, expectBalance } = await prepare({ deduplicate });
    const first = await deliver("--audit", FULL);

    expect(first.exitCode).toBe(3);
    expect(complaints(first.stderr)).toEqual([`Stopped. Cannot write the audit to ${FULL}: the disk is full.`]);
    expect(await settledThrough(folder.at("leads.ndjson.journal"))).toBe(0);
    const lettersBefore = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    expect((await deliver("--audit", folder.at("audit.ndjson"))).exitCode).toBe(1);
    await expectBalance();
    const recorded = objectsOf(await readFile(folder.at("audit.ndjson"), "utf8"));
    const positions = [...recorded, ...lettersBefore].map(({ position }) => Number(position));
    expect(positions.sort((a, b) => a - b)).toEqual(lines.map(({ position }) => position));
  });

  test("for the journal stops the line, and the next run finishes, without a doubt about any event", async () => {
    const { folder, sandbox, argv, deliver, expectBalance } = await prepare({ deduplicate, mixture: 0 });
    // No file may grow beyond a few blocks.
    const command = [...argv, "--journal", folder.at("journal")].map((word) => `'${word}'`).join(" ");
    const first = await startShell(`ulimit -f 6; signal_apollo ${command}`, { env: sandbox.env }).ended;

    expect(first.exitCode).toBe(3);
    expect(complaints(first.stderr)).toHaveLength(1);
    expect(complaints(first.stderr)[0]).toContain("Cannot write the journal");
    expect(objectsOf(first.stdout).length).toBeLessThan(EVENTS);
    expect((await deliver("--journal", folder.at("journal"))).exitCode).toBe(0);
    await expectBalance();
    expect(sandbox.requests()).toHaveLength(EVENTS);
  });
});

test.each(["--dead-letters", "--journal", "--audit"])(
  "a place for %s that cannot be written is said in one sentence, before anything is sent",
  async (option) => {
    const { folder, sandbox, deliver, expectBalance } = await prepare();
    await mkdir(folder.at("folder"));
    for (const place of [folder.at("folder"), folder.at("not-there/file"), folder.at("leads.ndjson/file")]) {
      const { exitCode, stderr } = await deliver(option, place);

      expect(exitCode).toBe(2);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(stderr).toContain(place);
    }
    expect(sandbox.requests()).toEqual([]);
    await deliver();
    await expectBalance();
  },
);
