import { once } from "node:events";
import { open, readFile } from "node:fs/promises";

import { describe, expect, onTestFinished, test } from "vitest";

import { version } from "../../signal-apollo-worker/package.json";
import { leads, nameless, ndjson, pageView } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { posix } from "./support/posix.js";
import { startProgram, startShell } from "./support/program.js";
import { objectsOf } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

test("the installed program says its version", async () => {
  expect(await startProgram(["--version"]).ended).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});

test("it previews and delivers standard input, and keeps dead letters in the folder it is in", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const events = ndjson([...leads(3), nameless, pageView]);

  const preview = startProgram(["preview", "--json"], { cwd: folder.path });
  preview.process.stdin.end(events);
  expect(objectsOf((await preview.ended).stdout).map(({ action }) => action)).toEqual([
    ...["deliver", "deliver", "deliver", "reject", "drop"],
  ]);

  const deliver = startProgram(["deliver", "--json", "-"], { cwd: folder.path, env: sandbox.env });
  deliver.process.stdin.end(events);
  const { exitCode, stdout, stderr } = await deliver.ended;

  expect(exitCode).toBe(1);
  expect(objectsOf(stdout)).toHaveLength(5);
  expect(stderr).toContain("Dead letters: 1 added to signal-apollo.dead-letters.ndjson\n");
  expect(sandbox.contacts()).toHaveLength(3);
  expect(await folder.deadLetters("signal-apollo.dead-letters.ndjson")).toMatchObject([{ messageId: "nameless" }]);
});

test("wrong usage ends it with 2, and a wrong key with 3, although standard input stays open", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const options = { cwd: folder.path, env: { ...sandbox.env, APOLLO_API_KEY: "unknown" } };

  const usage = await startProgram(["deliver", "--dead-letters", "."], options).ended;
  expect(usage).toMatchObject({ exitCode: 2, stdout: "" });
  expect(usage.stderr).toBe(
    "Cannot write dead letters to .: it is a folder. Choose another file with --dead-letters.\n",
  );

  const wrongKey = startProgram(["deliver"], options);
  wrongKey.process.stdin.write(ndjson(leads(3)));
  const stopped = await wrongKey.ended;
  expect(stopped).toMatchObject({ exitCode: 3, stdout: "" });
  expect(stopped.stderr).toContain("Invalid API key (401).");
  expect(stopped.stderr).not.toContain("\n    at ");
});

test.runIf(posix)("what a shell hands over as a file without a real path is read all the same", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  await folder.write("leads.ndjson", leads(2));

  const { ended } = startShell("cat leads.ndjson | signal_apollo deliver /dev/stdin --dead-letters dead.ndjson", {
    cwd: folder.path,
    env: sandbox.env,
  });

  expect(await ended).toMatchObject({ exitCode: 0 });
  expect(sandbox.contacts()).toHaveLength(2);
});

test("the same command goes on where it stopped, whatever the file is called", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("it's $(my) leads.ndjson", leads(6));
  sandbox.failNext({ kind: "slow", delayMs: 0 }, 3);
  sandbox.failNext({ kind: "status", status: 401 });
  const stopped = await startProgram(["deliver", "--concurrency", "1", file], { env: sandbox.env }).ended;
  expect(stopped.exitCode).toBe(3);
  expect(stopped.stderr).toContain("Rerun the same command to resume after line 3.");
  sandbox.failNext({ kind: "slow", delayMs: 0 });

  const { ended } = startProgram(["deliver", "--concurrency", "1", file], { env: sandbox.env });

  expect(await ended).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("3 events: 3 delivered") as string,
  });
  expect(sandbox.contacts()).toHaveLength(6);
});

test.runIf(posix).each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends it with %i while many calls wait for the quota", async (signal, expected) => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", leads(60));
  sandbox.failNext({ kind: "slow", delayMs: 0 });
  sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "3600" } }, 100);
  const { process, ended } = startProgram(["deliver", "--json", "--concurrency", "32", file], { env: sandbox.env });
  await expect.poll(() => sandbox.requests().length, { timeout: 10_000 }).toBe(33);

  process.kill(signal);

  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(expected);
  expect(stderr).toContain("to resume after line 1.");
  expect(stderr.match(/quota is used up/g)).toHaveLength(1);
  // More calls listen for the end than Node thinks is right.
  expect(stderr).not.toMatch(/warning/i);
});

test("a read that does not come back does not outlast the drain time-out by much", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const pipe = await folder.pipe("pipe");
  const { process, ended } = startProgram(["deliver", "--json", "--drain-timeout", "0", pipe], { env: sandbox.env });
  const writer = await open(pipe, "w");
  onTestFinished(() => writer.close());
  await writer.writeFile(ndjson(leads(1)));
  await once(process.stdout, "data");

  process.kill("SIGTERM");

  // Ended by the signal itself: a shell makes 143 of it.
  expect(await ended).toMatchObject({ exitCode: null });
  expect(process.signalCode).toBe("SIGTERM");
});

describe("a reader that goes away", () => {
  test("early loses no events", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(300));
    const { process, ended } = startProgram(["deliver", "--json", "--concurrency", "16", file], { env: sandbox.env });
    await once(process.stdout, "data");

    process.stdout.destroy();

    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe(0);
    expect(stderr.match(/Nobody reads standard output any more/g)).toHaveLength(1);
    expect(stderr).toContain("300 events: 300 delivered");
    expect(sandbox.contacts()).toHaveLength(300);
  });

  test.runIf(posix)("ends a preview, which then does not tell of a part as if it were the whole", async () => {
    const folder = await folderForTest();
    await folder.write("leads.ndjson", leads(3_000));

    const { ended } = startShell("signal_apollo preview leads.ndjson | head -3", { cwd: folder.path });

    const { stdout, stderr } = await ended;
    expect([stdout.split("\n").length, stderr]).toEqual([4, ""]);
  });

  test("from standard error, too, loses no events", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(100));
    const { process, ended } = startProgram(["deliver", file], { env: sandbox.env });
    process.stdout.destroy();
    process.stderr.destroy();

    expect(await ended).toMatchObject({ exitCode: 0 });
    expect(sandbox.contacts()).toHaveLength(100);
  });

  test.each(["--help", "help deliver", "preview leads.ndjson", "preview --json leads.ndjson"])(
    "of %s is no crash",
    async (argv) => {
      const folder = await folderForTest();
      await folder.write("leads.ndjson", leads(2000));

      const { ended } = startShell(`signal_apollo ${argv} | head -n 1`, { cwd: folder.path });

      const { exitCode, stdout, stderr } = await ended;
      expect(exitCode).toBe(0);
      expect(stdout.split("\n")).toHaveLength(2);
      expect(stderr).not.toMatch(/EPIPE|\n {4}at |warning|1 rejected/i);
    },
  );
});

test("fifty thousand lines through a pipe", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  await folder.write("pages.ndjson", ndjson([pageView]).repeat(50_000));

  const { ended } = startShell("cat pages.ndjson | signal_apollo deliver --json >out.ndjson", {
    cwd: folder.path,
    env: sandbox.env,
  });

  expect(await ended).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("50000 events: 0 delivered, 50000 dropped (50000 event_not_mapped)") as string,
  });
  expect((await readFile(folder.at("out.ndjson"), "utf8")).split("\n")).toHaveLength(50_001);
  expect(sandbox.requests()).toEqual([]);
});
