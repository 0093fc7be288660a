import { describe, expect, test } from "vitest";

import { lead, leadWith, nameless, ndjson, pageView } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const ESCAPE = "\u001b";
const wide = { first_name: "美咲".repeat(20), title: "Head of ".repeat(20), phone: "none" };
const events = [
  lead(1),
  leadWith(2, wide),
  pageView,
  nameless,
  lead(3, { context: {}, event: "Demo Requested ".repeat(9) }),
  "{",
];

/** How many columns a text takes: characters of the far east take two. */
function columnsOf(line: string): number {
  return Array.from(line).reduce((sum, character) => sum + (/[\u3000-\u9fff]/.test(character) ? 2 : 1), 0);
}

test("preview puts event and contact side by side", async () => {
  const stdin = ndjson([
    leadWith(1, { email: " Ada@Byron.EXAMPLE ", phone: "call me", company: "分析" }),
    pageView,
    lead(2, { traits: { first_name: "?" } }),
  ]);

  const { stdout } = await run(["preview", "-"], { stdin, terminal: true, columns: 110, env: { NO_COLOR: "1" } });

  expect(stdout).toBe(`     1  Demo Requested    deliver
    traits.first_name       "Ada"                          →  first_name         Ada
    traits.last_name        "Byron1"                       →  last_name          Byron1
    traits.email            " Ada@Byron.EXAMPLE "          →  email              ada@byron.example
    traits.company          "分析"                         →  organization_name  分析
    traits.phone            "call me"                      ×  mobile_phone       ! invalid_phone: is not a ph…
    blueprint                                              →  label_names        Signal - Marketing Opt-in
    properties.lead_source  "Website"                      →  label_names        Website
                                                           →  run_dedupe         true
     2  -                 drop     event_not_mapped: not one of the events that become contacts
     3  Demo Requested    reject   missing_name: no first or last name
    traits.first_name       "?"                               ×  first_name   not sent
    blueprint                                                 ·  label_names  Signal - Marketing Opt-in
    properties.lead_source  "Website"                         ·  label_names  Website
    traits.first_name  missing, blank, or without any letter
    traits.last_name   missing, blank, or without any letter
`);
});

test("in a narrow terminal the event's value stands below the contact's, where the two differ", async () => {
  const stdin = ndjson([
    leadWith(1, { email: " Ada@Byron.EXAMPLE ", phone: "call me", title: "Head of Analytical Engines and Poetry" }),
    lead(2, { traits: { first_name: "?" } }),
  ]);

  const { stdout } = await run(["preview", "-"], { stdin, terminal: true, columns: 80, env: { NO_COLOR: "1" } });

  expect(stdout).toBe(`     1  Demo Requested    deliver
    →  first_name    Ada
    →  last_name     Byron1
    →  email         ada@byron.example
                     traits.email  " Ada@Byron.EXAMPLE "
    →  title         Head of Analytical Engines and Poetry
    ×  mobile_phone  ! invalid_phone: is not a phone number that can be written…
                     traits.phone  "call me"
    →  label_names   Signal - Marketing Opt-in
    →  label_names   Website
    →  run_dedupe    true
     2  Demo Requested    reject   missing_name: no first or last name
    ×  first_name   not sent
                    traits.first_name  "?"
    ·  label_names  Signal - Marketing Opt-in
    ·  label_names  Website
    traits.first_name  missing, blank, or without any letter
    traits.last_name   missing, blank, or without any letter
`);
});

test("what is sent otherwise than it stands in the event is highlighted, and nothing else of it", async () => {
  const stdin = ndjson([leadWith(1, { email: "Ada@Byron.EXAMPLE" })]);

  const { stdout } = await run(["preview", "-"], { stdin, terminal: true });

  const highlighted = [...stdout.matchAll(new RegExp(`${ESCAPE}\\[36m(.*?)${ESCAPE}`, "g"))].map(([, text]) => text);
  expect(highlighted).toEqual(["ada@byron.example"]);
});

describe.each([80, 100, 140])("in a terminal of %i columns", (columns) => {
  const options = { terminal: true, columns, env: { NO_COLOR: "1" } };

  test("no line of a report is wider", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", events);

    const preview = await run(["preview", file], options);
    const deliver = await run(["deliver", file], { ...options, env: { ...sandbox.env, NO_COLOR: "1" } });
    const list = await run(["dead-letters", "list", `${file}.dead-letters.ndjson`], options);

    for (const { stdout } of [preview, deliver, list]) {
      expect(stdout.split("\n").length).toBeGreaterThan(3);
      expect(stdout.split("\n").filter((line) => columnsOf(line) > columns)).toEqual([]);
    }
    expect(preview.stdout).toContain("…");
    expect(list.stdout).toMatch(/^no\. +line +event +reason +tried +written +given up \(UTC\)\n1 +/);
  });
});

describe("colours", () => {
  test.each([
    ["in a terminal", true, {}, true],
    ["not into a file", false, {}, false],
    ["into a file with FORCE_COLOR", false, { FORCE_COLOR: "1" }, true],
    ["not in a terminal with NO_COLOR", true, { NO_COLOR: "1" }, false],
    ["not with both", true, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    ["in a terminal with an empty NO_COLOR", true, { NO_COLOR: "" }, true],
  ])("%s", async (_, terminal, env, expected) => {
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", events);

    for (const argv of [["preview", file], ["--help"], ["explain"]]) {
      expect((await run(argv, { terminal, env })).stdout.includes(ESCAPE)).toBe(expected);
    }
  });
});

test("a file gets lines that are not cut, however long they are", async () => {
  const { stdout } = await run(["preview"], { stdin: ndjson(events) });

  expect(stdout).not.toContain("…");
  expect(stdout).toContain(`first_name          ${wide.first_name}\n`);
});

test("JSON stays JSON in a terminal", async () => {
  const inTerminal = await run(["preview", "--json", "-"], { stdin: ndjson(events), terminal: true, columns: 80 });
  const inFile = await run(["preview", "--json", "-"], { stdin: ndjson(events) });

  expect(inTerminal.stdout).toBe(inFile.stdout);
});
