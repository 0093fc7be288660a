import { describe, expect, test } from "vitest";

import { lead, nameless, ndjson, pageView } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const misspelt = (person: number) => lead(person, { event: "demo requested" });

describe("preview names what was most likely meant", () => {
  test("in JSON, where there is something", async () => {
    const stdin = ndjson([misspelt(1), lead(2, { event: "Demo_Requested" }), lead(3, { type: "Track" }), pageView]);

    const { stdout } = await run(["preview", "--json"], { stdin });

    expect(objectsOf(stdout).map(({ action, reason, nearMiss }) => [action, reason, nearMiss])).toEqual([
      ["drop", "event_not_mapped", { path: "event", found: "demo requested", meant: "Demo Requested" }],
      ["drop", "event_not_mapped", { path: "event", found: "Demo_Requested", meant: "Demo Requested" }],
      ["drop", "event_not_mapped", { path: "type", found: "Track", meant: "track" }],
      ["drop", "event_not_mapped", undefined],
    ]);
  });

  test("for a person, and on a terminal", async () => {
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", [misspelt(1), lead(2, { type: "Track" })]);

    const plain = await run(["preview", file]);
    const terminal = await run(["preview", file], { terminal: true, env: { NO_COLOR: "1" } });

    expect(plain.stdout).toBe(
      '     1  demo requested    drop     event_not_mapped: not one of the events that become contacts (did you mean "Demo Requested"?)\n' +
        '     2  Demo Requested    drop     event_not_mapped: not one of the events that become contacts (did you mean the type "track"?)\n',
    );
    for (const words of ['did you mean "Demo Requested"?', 'did you mean the type "track"?']) {
      expect(terminal.stdout).toContain(words);
    }
  });

  test("by the names of the blueprint", async () => {
    const folder = await folderForTest();
    const blueprint = await folder.write("blueprint.json", [
      {
        events: ["Webinar Attended"],
        consent: "marketing",
        fields: { first_name: "traits.first_name", last_name: "traits.last_name" },
        labels: [],
      },
    ]);

    const { stdout } = await run(["preview", "--json", "--blueprint", blueprint], {
      stdin: ndjson([lead(1, { event: "webinar_attended" }), misspelt(2)]),
    });

    expect(objectsOf(stdout)).toMatchObject([{ nearMiss: { meant: "Webinar Attended" } }, { action: "drop" }]);
    expect(objectsOf(stdout)[1]).not.toHaveProperty("nearMiss");
  });
});

describe("a run in which not one event is mapped says at its end how many of which names were dropped", () => {
  const events = [pageView, lead(1, { event: "Product Viewed" }), lead(2, { event: "Product Viewed" }), misspelt(3)];
  const line =
    'Not one event is mapped. Dropped: 1 "demo requested" (did you mean "Demo Requested"?), 2 "Product Viewed", 1 without a name.\n';

  test.each([["preview"], ["deliver"]])("%s", async (command) => {
    const sandbox = await sandboxForTest();

    const { exitCode, stderr } = await run([command], { env: sandbox.env, stdin: ndjson(events) });

    expect(exitCode).toBe(0);
    expect(stderr).toContain(line);
    expect(stderr.match(/Not one event/g)).toHaveLength(1);
  });

  test.each([
    ["is delivered", lead(9)],
    ["has no consent", lead(9, { context: {} })],
    ["has no name", nameless],
  ])("but not where one %s: it is mapped", async (_, mapped) => {
    const sandbox = await sandboxForTest();
    const folder = await folderForTest();

    for (const command of [["preview"], ["deliver", "--dead-letters", folder.at("dead.ndjson")]]) {
      const { stderr } = await run(command, { env: sandbox.env, stdin: ndjson([...events, mapped]) });
      expect(stderr).not.toContain("Not one event");
    }
  });

  test("a line that cannot be read changes nothing", async () => {
    const { stderr } = await run(["preview"], { stdin: ndjson([...events, '{"half']) });
    expect(stderr).toContain(line);
  });

  test("an event that is not a track event is named, too", async () => {
    const { stderr } = await run(["preview"], { stdin: ndjson([lead(1, { type: "page" })]) });
    expect(stderr).toContain('Dropped: 1 "Demo Requested" (of a type other than "track").\n');
  });

  test("many names are counted together, and none is shown that is personal or harms a terminal", async () => {
    const sandbox = await sandboxForTest();
    const names = Array.from({ length: 1_200 }, (_, number) => `Event ${"x".repeat(number % 97)}${number}`);
    const stdin = ndjson([
      ...names.map((event) => lead(1, { event })),
      lead(1, { event: "tim@apollo.io asked" }),
      lead(1, { event: "red \u001b[31m" }),
      lead(1, { event: "red \u001b[31m" }),
    ]);

    const { stderr } = await run(["deliver"], { env: sandbox.env, stdin });

    expect(stderr).toMatch(/Dropped: .* 1198 of other names\.\n/);
    expect(stderr).not.toContain("tim@apollo");
    expect(stderr).not.toContain("\u001b");
  });
});

describe("explain", () => {
  test.each([
    ["demo requested", 'Not one of the events that become contacts (did you mean "Demo Requested"?).'],
    ["Signed Up", "One of the events that become contacts by Signal's blueprint."],
    ["signed_up", "One of the events that become contacts by Signal's blueprint."],
  ])("knows the event %s", async (name, words) => {
    const { exitCode, stdout } = await run(["explain", name]);

    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${name} (event)`);
    expect(stdout).toContain(words);
  });
});
