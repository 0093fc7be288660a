import { describe, expect, test } from "vitest";

import type { Fault } from "@datafly/apollo-sandbox";
import { lead, leads, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { unreachableUrl } from "./support/http-server.js";
import { startShell } from "./support/program.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest, type SandboxForTest } from "./support/sandbox.js";

interface SetupError {
  readonly env?: (sandbox: SandboxForTest) => Record<string, string>;
  readonly fault?: Fault;
  /** What Signal's own guide says of it. */
  readonly says: readonly string[];
}

const recreate = "Recreate the key in Apollo with the Create a Contact endpoint enabled.";
const setupErrors: [string, SetupError][] = [
  ["an unknown key", { env: () => ({ APOLLO_API_KEY: "unknown" }), says: ["Invalid API key (401).", recreate] }],
  [
    "a key without the scope",
    {
      env: () => ({ APOLLO_API_KEY: "sandbox-key-without-scope" }),
      says: ["The key lacks the Create a Contact scope", "(403)", recreate],
    },
  ],
  [
    "a wrong base path",
    {
      env: ({ url }) => ({ APOLLO_BASE_URL: url.replace("/api", "") }),
      says: ["Wrong endpoint path (404).", "Confirm the request targets /api/v1/contacts (with the /api segment)"],
    },
  ],
  [
    "a proxy that removes the key",
    {
      fault: { kind: "status", status: 422, body: { error: "Api key required" } },
      says: ["Apollo got no API key (422).", "removed the X-Api-Key header"],
    },
  ],
  [
    "a plan without API access",
    {
      fault: { kind: "status", status: 403, body: { message: "Only available to Apollo users on paid plans." } },
      says: ["The Apollo plan has no API access (403)."],
    },
  ],
  ["a plan that is not paid for", { fault: { kind: "status", status: 402 }, says: ["(402)"] }],
  [
    "an address that redirects",
    { fault: { kind: "redirect", location: "http://127.0.0.1:9/" }, says: ["redirects (302)", "not followed"] },
  ],
];

describe("at the start", () => {
  test.each(setupErrors)(
    "%s stops the line after one call, and no lead is to blame",
    async (_, { env, fault, says }) => {
      const folder = await folderForTest();
      const sandbox = await sandboxForTest();
      const file = await folder.write("leads.ndjson", leads(20));
      if (fault) sandbox.failNext(fault, 100);

      const { exitCode, stdout, stderr } = await run(["deliver", "--json", "--concurrency", "8", file], {
        env: { ...sandbox.env, ...env?.(sandbox) },
      });

      expect(exitCode).toBe(3);
      expect(stdout).toBe("");
      for (const words of says) expect(stderr).toContain(words);
      expect(stderr).toContain("Stopped. ");
      expect(stderr).toContain("No line of the input is done yet: rerun the same command.");
      expect(sandbox.requests()).toHaveLength(1);
      expect(sandbox.contacts()).toEqual([]);
      expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
    },
  );

  test("a host that cannot be reached is a wrong address: one clear sentence", async () => {
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", leads(20));
    const url = await unreachableUrl();

    const { exitCode, stdout, stderr } = await run(["deliver", "--concurrency", "8", "--base-url", url, file], {
      env: { APOLLO_API_KEY: "key" },
    });

    expect(exitCode).toBe(3);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      `Stopped. Could not connect to ${url} (ECONNREFUSED). Check --base-url (or APOLLO_BASE_URL) and the network. Nothing was written.\n` +
        "No line of the input is done yet: rerun the same command.\n",
    );
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
  });
});

describe("in mid-run", () => {
  const statuses = [401, 402, 403, 404, 302];

  test.each(statuses.flatMap((status) => [[status, []] as const, [status, ["--no-dedupe"]] as const]))(
    "%i %j stops the line: each event is settled, or left to the next run",
    async (status, flags) => {
      const folder = await folderForTest();
      const sandbox = await sandboxForTest({ matchDelayMs: 1 });
      const file = await folder.write("leads.ndjson", leads(60));
      sandbox.failNext({ kind: "slow", delayMs: 0 }, 20);
      sandbox.failNext({ kind: "status", status }, 1000);

      const { exitCode, stdout, stderr } = await run(
        ["deliver", "--json", "--concurrency", "8", ...flags, file],
        sandbox,
      );

      expect(exitCode).toBe(3);
      const settled = objectsOf(stdout);
      const written = sandbox.contacts().map(({ email }) => email);
      expect(settled.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => "delivered"));
      expect(new Set(written)).toEqual(
        new Set(settled.map(({ position }) => `person${Number(position)}@lead.example`)),
      );
      expect(sandbox.requests().length).toBeLessThanOrEqual(28);
      expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);

      const positions = settled.map(({ position }) => Number(position)).sort((a, b) => a - b);
      const firstOpen = positions.findIndex((position, index) => position !== index + 1);
      const settledThrough = firstOpen === -1 ? positions.length : firstOpen;
      expect(stderr).toContain(`Rerun the same command to resume after line ${settledThrough}.`);

      sandbox.reset();
      const rest = await run(["deliver", "--json", "--concurrency", "8", ...flags, file], sandbox);

      expect(rest.exitCode).toBe(0);
      const beyond = positions.length - settledThrough;
      const later = beyond === 0 ? "" : `; ${beyond} later ${beyond === 1 ? "line is" : "lines are"} done, too`;
      expect(rest.stderr).toContain(`Resuming after line ${settledThrough}, where the last run ended${later}.\n`);
      const all = [...positions, ...objectsOf(rest.stdout).map(({ position }) => Number(position))];
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
      expect(sandbox.requests()).toHaveLength(40);
    },
  );

  test("the same command, once it is put right, brings the rest, and no contact twice", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(30));
    sandbox.failNext({ kind: "slow", delayMs: 0 }, 10);
    sandbox.failNext({ kind: "status", status: 401 }, 8);

    const first = await run(["deliver", "--concurrency", "8", file], sandbox);
    expect(first.exitCode).toBe(3);
    // What is left of the planted faults would strike the second run.
    const contacts = sandbox.contacts();
    expect(contacts).toHaveLength(10);
    sandbox.reset();
    for (const { email } of contacts) sandbox.addContact({ email: email ?? null });

    const second = await run(["deliver", "--concurrency", "8", file], sandbox);
    expect(second.exitCode).toBe(0);
    expect(sandbox.contacts()).toHaveLength(30);
  });

  test("an event that is dropped before the line stops is settled, too", async () => {
    const sandbox = await sandboxForTest();
    const stdin = ndjson([lead(1), { type: "page" }, lead(2), lead(3)]);
    sandbox.failNext({ kind: "slow", delayMs: 0 });
    sandbox.failNext({ kind: "status", status: 401 }, 9);

    const { exitCode, stderr } = await run(["deliver", "--concurrency", "1"], { env: sandbox.env, stdin });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("2 events: 1 delivered, 1 dropped (1 event_not_mapped), 0 rejected, 0 failed.\n");
    expect(stderr).toContain(
      "Lines up to 2 of the input are done. Continue from line 3. With --spool, a run resumes automatically.\n",
    );
  });

  test("a pipe in the place of a file is told how it could be gone on with", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    await folder.write("leads.ndjson", [{ type: "page" }, lead(1)]);
    sandbox.failNext({ kind: "status", status: 401 });

    const { ended } = startShell("cat leads.ndjson | signal_apollo deliver /dev/stdin --dead-letters dead.ndjson", {
      cwd: folder.path,
      env: sandbox.env,
    });

    expect((await ended).stderr).toContain(
      "Continue from line 2. As standard input, with --spool, a run resumes automatically.\n",
    );
  });

  test("a file without a journal is told with what it would go on by itself", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [{ type: "page" }, lead(1)]);
    sandbox.failNext({ kind: "status", status: 401 });

    const { exitCode, stderr } = await run(["deliver", "--no-journal", file], { env: sandbox.env });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("Continue from line 2. Without --no-journal, a run resumes automatically.\n");
  });
});
