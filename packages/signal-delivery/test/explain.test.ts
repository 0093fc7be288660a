import { expect, test } from "vitest";

import { WARNINGS } from "@datafly/signal-apollo-connector";
import { ExitCode } from "@datafly/signal-apollo-worker";
import { APOLLO } from "../../signal-apollo-worker/src/apollo-connector.js";
import { reasonExplanations } from "../src/report/reason-explanations.js";
import { lead, leadWith, nameless, ndjson, pageView } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

test.each(Object.entries({ ...reasonExplanations(APOLLO), ...WARNINGS }))(
  "%s is explained",
  async (name, explanation) => {
    const { exitCode, stdout, stderr } = await run(["explain", name]);

    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.startsWith(`${name} (`)).toBe(true);
    expect(stdout.toLowerCase()).toContain(explanation.meaning.toLowerCase());
    expect(stdout).toContain(explanation.whatToDo);
  },
);

test.each([
  ["3", /^3 \(exit code\)\n {2}Stopped; .*\n {2}Fix the reported problem/],
  ["transient", /^transient \(failure class\)\n {2}A failure that may pass: /],
  ["0", /^0 \(exit code\)\n.*\n {2}No action is needed\.\n$/],
  ["403", /^403 \(HTTP status\)\n {2}The API key lacks the Create a Contact scope \(permission_denied\)\.\n/],
  ["ratelimiterror", /^RateLimitError \(error\)\n {2}The rate limit is hit \(rate_limited\)\.\n/],
])("%s is explained by what it stands for", async (name, expected) => {
  expect((await run(["explain", name])).stdout).toMatch(expected);
});

test("several are explained one below the other", async () => {
  const { stdout } = await run(["explain", "missing_name", "invalid_json"]);

  expect(stdout).toMatch(/^missing_name [^]+\n\ninvalid_json /);
});

test("without a name all are listed, with what they mean", async () => {
  const { exitCode, stdout } = await run(["explain"]);

  expect(exitCode).toBe(0);
  const names = [...Object.keys({ ...reasonExplanations(APOLLO), ...WARNINGS }), ...Object.values(ExitCode)];
  for (const name of [...names, "401", "RateLimitError"]) expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
});

test.each([
  ["missing_nam", "There is nothing called missing_nam. Did you mean missing_name?\n"],
  ["weather", "There is nothing called weather. `signal-apollo explain` lists what there is.\n"],
])("%s, which there is not", async (name, sentence) => {
  const { exitCode, stdout, stderr } = await run(["explain", "missing_name", name]);

  expect([exitCode, stderr]).toEqual([2, sentence]);
  // The others are explained all the same.
  expect(stdout).toMatch(/^missing_name \(reason\)\n/);
});

test.each([60, 80, 200])("fits a terminal of %i columns", async (columns) => {
  const options = { terminal: true, columns, env: { NO_COLOR: "1" } };

  const outputs = [await run(["explain"], options), await run(["explain", "consent_missing"], options)];

  for (const { stdout } of outputs) {
    expect(stdout.split("\n").filter((line) => line.length > columns)).toEqual([]);
  }
});

test.each([
  [
    "reasons that somebody can do something about",
    [lead(1, { context: {} }), nameless, nameless],
    "consent_missing missing_name",
  ],
  [
    "warnings, where there are no reasons",
    [leadWith(1, { phone: "none", email: "none" })],
    "invalid_email invalid_phone",
  ],
])("reports point to it once, for %s", async (_, events, names) => {
  const sandbox = await sandboxForTest();
  const folder = await folderForTest();
  const file = await folder.write("leads.ndjson", events);

  for (const argv of [
    ["preview", file],
    ["deliver", "--concurrency", "1", file],
  ]) {
    const { stdout, stderr } = await run(argv, { env: sandbox.env });

    expect((stdout + stderr).match(/signal-apollo explain .*/g)).toEqual([`signal-apollo explain ${names}`]);
    expect(stderr).toContain("What to do: ");
  }
});

test("the list of dead letters points to it, too", async () => {
  const sandbox = await sandboxForTest();
  const folder = await folderForTest();
  const file = await folder.write("leads.ndjson", [nameless]);
  await run(["deliver", file], { env: sandbox.env });

  const { stderr } = await run(["dead-letters", "list", `${file}.dead-letters.ndjson`]);

  expect(stderr).toBe("What to do: signal-apollo explain missing_name\n");
});

test("where not one event is mapped, that is pointed to: its name may be spelt otherwise", async () => {
  const stdin = ndjson([lead(1, { event: "Demo requested" }), pageView]);

  const { stderr } = await run(["preview"], { stdin });

  expect(stderr).toContain("What to do: signal-apollo explain event_not_mapped\n");
});

test("but not where the run has stopped, and there may be others", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "status", status: 401 });

  const { exitCode, stderr } = await run(["deliver"], { env: sandbox.env, stdin: ndjson([pageView, lead(1)]) });

  expect(exitCode).toBe(3);
  expect(stderr).not.toContain("explain");
});

test("where the consent store took every lead, that is pointed to: its keys may be others", async () => {
  const sandbox = await sandboxForTest();
  const folder = await folderForTest();
  const store = await folder.write("consent.json", [{}]);

  const { stderr } = await run(["deliver", "--consent-store", store], {
    env: sandbox.env,
    stdin: ndjson([pageView, lead(1)]),
  });

  expect(stderr).toContain("What to do: signal-apollo explain consent_revoked\n");
});

test("where all is by design, nothing is said of it", async () => {
  const { stderr } = await run(["preview"], { stdin: ndjson([lead(1), pageView]) });

  expect(stderr).not.toContain("explain");
});
