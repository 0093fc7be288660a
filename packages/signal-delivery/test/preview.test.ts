import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { lead, leadWith, nameless, ndjson, pageView } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { objectsOf, run, start } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const examples = fileURLToPath(new URL("../../../examples/events/leads.ndjson", import.meta.url));

test("the example's events: what would be sent, and why not", async () => {
  const { exitCode, stdout, stderr } = await run(["preview", "--json", "--default-country", "us", examples]);

  expect(exitCode).toBe(0);
  expect(stderr).toBe(
    "15 events: 8 would be delivered, 4 dropped, 3 rejected. Nothing was sent.\n" +
      "What to do: signal-apollo explain consent_missing missing_name invalid_json\n",
  );
  const previews = objectsOf(stdout);
  const rows = previews.map(({ position, action, reason, warnings }) => [
    position,
    [action, reason].filter((word) => typeof word === "string").join(": "),
    ...(warnings as { code: string }[]).map(({ code }) => code),
  ]);
  expect(rows).toEqual([
    [1, "deliver"],
    [2, "deliver"],
    [3, "deliver"],
    [4, "deliver"],
    [5, "drop: consent_missing"],
    [6, "drop: consent_denied"],
    [7, "drop: event_not_mapped"],
    [8, "drop: event_not_mapped"],
    [9, "reject: missing_name"],
    [10, "reject: missing_name"],
    [11, "deliver"],
    [12, "deliver", "phone_extension_dropped"],
    [13, "deliver", "invalid_email", "invalid_phone", "invalid_website"],
    [14, "deliver"],
    [15, "reject: invalid_json"],
  ]);
  expect(previews[0]).toStrictEqual({
    position: 1,
    messageId: "5f2d7c1e-0000-4000-8000-000000000001",
    event: "Demo Requested",
    action: "deliver",
    contact: {
      first_name: "Tim",
      last_name: "Zheng",
      email: "tim@apollo.io",
      organization_name: "Apollo",
      title: "Head of Growth",
      mobile_phone: "+15553031234",
      website_url: "https://www.apollo.io/",
      label_names: ["Signal - Marketing Opt-in", "Website demo form"],
      run_dedupe: true,
    },
    warnings: [],
  });
});

test.each([
  ["an event is rejected", [lead(1), nameless], 1],
  ["none is", [lead(1), pageView], 0],
])("--strict: if %s, it ends with a code of its own", async (_, events, expected) => {
  const { exitCode } = await run(["preview", "--strict"], { stdin: ndjson(events) });

  expect(exitCode).toBe(expected);
  expect((await run(["preview"], { stdin: ndjson(events) })).exitCode).toBe(0);
});

test("each kind of line has its form in JSON", async () => {
  const stdin = ndjson([lead(1, { messageId: 7 }), pageView, nameless, '{"type":"track","eve']);

  const { stdout } = await run(["preview", "--json"], { stdin });

  expect(objectsOf(stdout)).toStrictEqual([
    {
      position: 1,
      messageId: "7",
      event: "Demo Requested",
      action: "deliver",
      contact: {
        first_name: "Ada",
        last_name: "Byron1",
        email: "person1@lead.example",
        label_names: ["Signal - Marketing Opt-in", "Website"],
        run_dedupe: true,
      },
      warnings: [],
    },
    { position: 2, messageId: "page", event: null, action: "drop", reason: "event_not_mapped", warnings: [] },
    {
      position: 3,
      messageId: "nameless",
      event: "Demo Requested",
      action: "reject",
      reason: "missing_name",
      issues: [
        { path: "traits.first_name", message: "missing, blank, or without any letter" },
        { path: "traits.last_name", message: "missing, blank, or without any letter" },
      ],
      warnings: [],
    },
    {
      position: 4,
      messageId: null,
      event: null,
      action: "reject",
      reason: "invalid_json",
      issues: [{ path: "", message: "The line is not JSON" }],
      warnings: [],
    },
  ]);
});

test("for a person: the contact field by field, warnings, and reasons in words", async () => {
  const stdin = ndjson([leadWith(1, { phone: "call me" }), pageView, nameless, "{"]);

  const { stdout } = await run(["preview"], { stdin });

  expect(stdout).toBe(`     1  Demo Requested    deliver
        first_name          Ada
        last_name           Byron1
        email               person1@lead.example
        label_names         ["Signal - Marketing Opt-in","Website"]
        run_dedupe          true
        ! traits.phone is not a phone number that can be written in E.164; omitted (national numbers need a default country)
     2  -                 drop     event_not_mapped: not one of the events that become contacts
     3  Demo Requested    reject   missing_name: traits.first_name: missing, blank, or without any letter; traits.last_name: missing, blank, or without any letter
     4  -                 reject   invalid_json: The line is not JSON
`);
});

test("no key is needed, and nothing is sent where one is there", async () => {
  const sandbox = await sandboxForTest();

  expect((await run(["preview"], { stdin: ndjson([lead(1)]) })).exitCode).toBe(0);
  expect((await run(["preview"], { stdin: ndjson([lead(1)]), env: sandbox.env })).exitCode).toBe(0);

  expect(sandbox.requests()).toEqual([]);
});

describe("the settings of the plan", () => {
  test.each([
    ["--no-dedupe", [], { run_dedupe: undefined, mobile_phone: undefined }],
    ["--default-country", ["us"], { run_dedupe: true, mobile_phone: "+12125550187" }],
  ])("%s", async (flag, values, expected) => {
    const stdin = ndjson([leadWith(1, { phone: "(212) 555-0187" })]);

    const [preview] = objectsOf((await run(["preview", "--json", flag, ...values], { stdin })).stdout);

    const { run_dedupe, mobile_phone } = preview?.contact as Record<string, unknown>;
    expect({ run_dedupe, mobile_phone }).toEqual(expected);
  });

  test("--blueprint", async () => {
    const folder = await folderForTest();
    const blueprint = {
      events: ["Webinar Attended"],
      consent: "marketing",
      fields: { first_name: "traits.first_name", last_name: "traits.last_name", title: { value: "Guest" } },
      labels: [],
    };
    const file = await folder.write("blueprint.json", JSON.stringify(blueprint));

    const { stdout } = await run(["preview", "--json", "--blueprint", file], {
      stdin: ndjson([lead(1, { event: "Webinar Attended" }), lead(2)]),
    });

    expect(objectsOf(stdout)).toMatchObject([
      {
        action: "deliver",
        contact: { first_name: "Ada", last_name: "Byron1", title: "Guest", run_dedupe: true },
      },
      { action: "drop", reason: "event_not_mapped" },
    ]);
  });
});

describe("what stands in a file", () => {
  const bom = "\u{feff}";
  const page = JSON.stringify(pageView);
  const dropped = "drop";
  const tooLong = "The line is longer than 10 MiB; only its beginning is kept";
  test.each<[string, string | Uint8Array, [number, string][]]>([
    ["nothing", "", []],
    ["blank lines only", "\n  \n\t\r\n\n", []],
    [
      "blank lines between",
      `\n${page}\n\n \n${page}\n\n`,
      [
        [2, dropped],
        [5, dropped],
      ],
    ],
    [
      "no line feed at the end",
      `${page}\n${page}`,
      [
        [1, dropped],
        [2, dropped],
      ],
    ],
    [
      "CRLF",
      `${page}\r\n\r\n${page}\r\n`,
      [
        [1, dropped],
        [3, dropped],
      ],
    ],
    ["a byte order mark", `${bom}${page}\n`, [[1, dropped]]],
    ["a byte order mark and nothing else", bom, []],
    ["half a line", page.slice(0, 9), [[1, "The line is not JSON"]]],
    ["two objects in a line", page + page, [[1, "The line is not JSON"]]],
    [
      "bytes that are not UTF-8, a cut character among them",
      Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a, 0xe2, 0x82, 0x0a]), Buffer.from(page)]),
      [
        [1, "The line is not UTF-8"],
        [2, "The line is not UTF-8"],
        [3, dropped],
      ],
    ],
    [
      "a line that is too long",
      `"${"x".repeat(10 * 2 ** 20)}"\n${page}\n`,
      [
        [1, tooLong],
        [2, dropped],
      ],
    ],
    ["a line that is as long as can be", `"${"x".repeat(10 * 2 ** 20 - 2)}"\n`, [[1, "invalid_event"]]],
    [
      "nesting that nothing could walk through",
      `${"[".repeat(200_000)}${"]".repeat(200_000)}\n${page}\n`,
      [
        [1, "The line is nested too deeply"],
        [2, dropped],
      ],
    ],
    ["JSON that is no event", `42\nnull\n"text"\n[]\n{}\n`, [1, 2, 3, 4, 5].map((line) => [line, "invalid_event"])],
  ])("%s", async (_, content, expected) => {
    const folder = await folderForTest();

    const { exitCode, stdout } = await run(["preview", "--json", await folder.write("events.ndjson", content)]);

    const seen = objectsOf(stdout).map(({ position, action, reason, issues }) => {
      const [issue] = (issues ?? []) as { message: string }[];
      return [position, action === "drop" ? action : reason === "invalid_json" ? issue?.message : reason];
    });
    expect(seen).toEqual(expected);
    expect(exitCode).toBe(0);
  });
});

test("Ctrl-C ends it, also while it waits for input", async () => {
  const stdin = new PassThrough();
  const preview = start(["preview", "--json"], { stdin });
  stdin.write(ndjson([pageView]));
  await expect.poll(preview.stdout).toContain("page");

  preview.send("SIGINT");

  expect(await preview.ended).toMatchObject({ exitCode: 130 });
});

describe("where no e-mail address is left, the preview says what Apollo matches by", () => {
  const said = "no e-mail address: Apollo matches this contact by name and company";
  const hashed = leadWith(1, { email: "5d41402abc4b2a76b9719d911017c592" });

  test("as lines", async () => {
    const { stdout } = await run(["preview"], { stdin: ndjson([hashed]) });
    expect(stdout).toContain("Apollo needs cleartext");
    expect(stdout).toContain(`! ${said}`);
  });

  test("in a terminal", async () => {
    const file = await (await folderForTest()).write("leads.ndjson", [hashed]);
    const { stdout } = await run(["preview", file], { terminal: true, columns: 200 });
    expect(stdout).toContain(`! ${said}`);
  });

  test("as JSON", async () => {
    const { stdout } = await run(["preview", "--json"], { stdin: ndjson([hashed, lead(2)]) });
    const [first, second] = objectsOf(stdout);
    expect(first).toMatchObject({ matchedBy: "name_and_company", warnings: [{ code: "hashed_email" }] });
    expect(second).not.toHaveProperty("matchedBy");
  });

  test("but not with deduplication off: Apollo then looks for no match", async () => {
    const { stdout } = await run(["preview", "--no-dedupe"], { stdin: ndjson([hashed]) });
    expect(stdout).not.toContain(said);
  });
});
