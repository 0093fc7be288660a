import { readFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { emailOf, lead, leads, leadWith, nameless, ndjson, pageView } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { unreachableUrl } from "./support/http-server.js";
import { objectsOf, run, start } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const examples = fileURLToPath(new URL("../../../examples/events/leads.ndjson", import.meta.url));

describe("the example's events", () => {
  /** Position, outcome, and the contact it went into, by its first name. */
  const outcomes = [
    [1, "delivered", "Tim"],
    [2, "delivered", "Grace"],
    [3, "delivered", "Ада"],
    [4, "delivered", "Tim"],
    [5, "dropped: consent_missing"],
    [6, "dropped: consent_denied"],
    [7, "dropped: event_not_mapped"],
    [8, "dropped: event_not_mapped"],
    [9, "rejected: missing_name"],
    [10, "rejected: missing_name"],
    [11, "delivered", "美咲"],
    [12, "delivered", "Jonas"],
    [13, "delivered", "Priya"],
    [14, "delivered", "Zoë"],
    [15, "rejected: invalid_json"],
  ];
  /** What then stands in Apollo. */
  const contacts = [
    ["Grace Murray", "grace.murray@harbor.example", "Harbor Systems", null, "+12125550187", "https://harbor.example"],
    ["Jonas Weber", "jonas@weber.example", null, null, "+4930901820", "https://www.weber.example/kontakt"],
    ["Priya Nair", null, "Nair & Co", null, null, null],
    ["Tim Zheng", "tim@apollo.io", "Apollo", "VP Growth", "+15553031234", "https://www.apollo.io/"],
    ["Zoë O’Brien-Łukasiewicz", "zoe@lukasiewicz.example", "Łukasiewicz", null, null, null],
    ["Ада Королёва", "ada@orbita.example", "Орбита", "Инженер", null, null],
    ["美咲 田中", "misaki@sakura.example", "さくら商事", null, "+81312345678", null],
  ];

  test.each([1, 4, 8])(
    "become contacts, the same ones however often they come; concurrency %i",
    async (concurrency) => {
      const folder = await folderForTest();
      const sandbox = await sandboxForTest({ matchDelayMs: 2 });
      const file = await folder.write("leads.ndjson", await readFile(examples));
      const deliver = () =>
        run(
          [
            ...["deliver", "--restart", "--json", "--default-country", "us", "--concurrency", String(concurrency)],
            ...["--dead-letters", folder.at("dead.ndjson"), file],
          ],
          { env: sandbox.env },
        );
      const stored = () =>
        sandbox
          .contacts()
          .map(({ name, email, organization_name: company, title, sanitized_phone: phone, website_url: website }) => [
            ...[name, email, company, title, phone, website],
          ])
          .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
      const rows = (stdout: string) =>
        objectsOf(stdout)
          .sort((a, b) => Number(a.position) - Number(b.position))
          .map(({ position, status, reason, contactId }) => [
            position,
            [status, reason].filter((word) => typeof word === "string").join(": "),
            ...sandbox
              .contacts()
              .filter(({ id }) => id === contactId)
              .map(({ first_name }) => first_name),
          ]);

      const first = await deliver();
      expect(rows(first.stdout)).toEqual(outcomes);
      expect(stored()).toEqual(contacts);

      const second = await deliver();
      expect(rows(second.stdout)).toEqual(outcomes);
      expect(stored()).toEqual(contacts);

      for (const { exitCode, stderr } of [first, second]) {
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(
          /^15 events: 8 delivered, 4 dropped \([^)]*\), 3 rejected, 0 failed\.\nDead letters: 3 added to .*dead\.ndjson\nWhat to do: signal-apollo explain [^\n]+\nTo send them again: signal-apollo dead-letters replay [^\n]+\n$/,
        );
        for (const count of ["1 consent_missing", "1 consent_denied", "2 event_not_mapped"]) {
          expect(stderr).toContain(count);
        }
      }
      expect((await folder.deadLetters("dead.ndjson")).map(({ position }) => position)).toEqual([9, 10, 15, 9, 10, 15]);
    },
  );
});

test("each outcome has its form in JSON", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  // The events of one person are sent in order, so that it is certain which of them each fault strikes.
  const file = await folder.write("leads.ndjson", [lead(1), lead(1), pageView, nameless, "{"]);
  const refused = await folder.write("refused.ndjson", [lead(2)]);

  sandbox.failNext({ kind: "status", status: 503 });
  const first = await run(["deliver", "--json", file], { env: sandbox.env });
  sandbox.failNext({ kind: "status", status: 422 });
  const second = await run(["deliver", "--json", refused], { env: sandbox.env });

  const contactId = sandbox.contacts()[0]?.id;
  expect([first.exitCode, second.exitCode]).toEqual([1, 1]);
  expect(objectsOf(first.stdout).sort((a, b) => Number(a.position) - Number(b.position))).toStrictEqual([
    { ...named(1), event: "Demo Requested", status: "delivered", contactId, httpStatus: 200, attempts: 2 },
    {
      ...named(1),
      position: 2,
      event: "Demo Requested",
      status: "delivered",
      contactId,
      matched: true,
      httpStatus: 200,
      attempts: 1,
    },
    { position: 3, messageId: "page", event: null, status: "dropped", reason: "event_not_mapped", attempts: 0 },
    {
      position: 4,
      messageId: "nameless",
      event: "Demo Requested",
      status: "rejected",
      reason: "missing_name",
      attempts: 0,
    },
    { position: 5, messageId: null, event: null, status: "rejected", reason: "invalid_json", attempts: 0 },
  ]);
  expect(objectsOf(second.stdout)).toStrictEqual([
    {
      ...named(2),
      position: 1,
      event: "Demo Requested",
      status: "failed",
      reason: "invalid_contact",
      httpStatus: 422,
      attempts: 1,
    },
  ]);
});

function named(person: number) {
  return { position: person, messageId: `message-${person}` };
}

test("for a person: a line for each event, with what was left out", async () => {
  const sandbox = await sandboxForTest();
  const folder = await folderForTest();
  const file = await folder.write("leads.ndjson", [leadWith(1, { phone: "call me" }), lead(1), pageView]);

  const { exitCode, stdout, stderr } = await run(["deliver", file], { env: sandbox.env });

  const contactId = String(sandbox.contacts()[0]?.id);
  expect(exitCode).toBe(0);
  expect(stdout.split("\n").sort()).toEqual(
    [
      `     1  Demo Requested    delivered  200 contact ${contactId}`,
      "        ! traits.phone is not a phone number that can be written in E.164; omitted (national numbers need a default country)",
      `     2  Demo Requested    delivered  200 updated ${contactId}`,
      "     3  -                 dropped    event_not_mapped: not one of the events that become contacts",
      "",
    ].sort(),
  );
  expect(stderr).toBe(
    "3 events: 2 delivered, 1 dropped (1 event_not_mapped), 0 rejected, 0 failed.\n" +
      "What to do: signal-apollo explain invalid_phone\n",
  );
});

test("an answer that says whether the contact is new is believed", async () => {
  const sandbox = await sandboxForTest();
  const body = { contact: { id: "66f1c0ffee0000000000a001" }, dedupe_result: { found_existing: false } };
  sandbox.failNext({ kind: "status", status: 200, body }, 2);

  const json = await run(["deliver", "--json"], { env: sandbox.env, stdin: ndjson([lead(1)]) });
  const text = await run(["deliver"], { env: sandbox.env, stdin: ndjson([lead(1)]) });

  expect(objectsOf(json.stdout)).toMatchObject([{ contactId: "66f1c0ffee0000000000a001", matched: false }]);
  expect(text.stdout).toContain("delivered  200 created 66f1c0ffee0000000000a001\n");
});

test("a server that returns the key in place of texts of its own gets it shown nowhere", async () => {
  const folder = await folderForTest();
  const audit = folder.at("audit.ndjson");
  const key = "x9_Yz-0AbCdEfGhIjKlMnO";
  const bodies = [key, Buffer.from(key).toString("base64"), Buffer.from(key).toString("hex")].map((id) => ({
    contact: { id, first_name: id },
    labels: [{ id, name: id }],
    dedupe_result: { existing_contact_id: id, matched_on: [id] },
  }));
  const sandbox = await sandboxForTest({ keys: { [key]: "contacts/create" } });
  const env = { ...sandbox.env, APOLLO_API_KEY: key };
  for (const json of [[], ["--json"]]) {
    for (const body of bodies) sandbox.failNext({ kind: "status", status: 200, body });
    const location = `http://elsewhere.example/${key}`;
    sandbox.failNext({ kind: "status", status: 302, headers: { location }, body: { error_code: key, error: key } });

    const { stdout, stderr } = await run(["deliver", "--audit", audit, ...json], {
      env,
      stdin: ndjson([lead(1), lead(2), lead(3), lead(4)]),
    });

    const shown = stdout + stderr + (await readFile(audit, "utf8"));
    for (const form of [key, "eDlfWXo", "78395f597a"]) expect(shown).not.toContain(form);
    expect(stdout.match(/delivered/g)).toHaveLength(3);
    if (json.length === 0) expect(stdout).toContain("delivered  200 contact (no valid id in the answer)\n");
    else expect(stdout).not.toContain("contactId");
  }
});

describe("settings", () => {
  test("--no-dedupe: every event makes a contact of its own", async () => {
    const sandbox = await sandboxForTest();

    const { exitCode } = await run(["deliver", "--no-dedupe"], {
      env: sandbox.env,
      stdin: ndjson([lead(1), lead(1), lead(1)]),
    });

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toHaveLength(3);
    for (const { body } of sandbox.requests()) expect(body).not.toHaveProperty("run_dedupe");
  });

  test.each(["us", " US "])("--default-country %j: national numbers are delivered", async (country) => {
    const sandbox = await sandboxForTest();
    const stdin = ndjson([leadWith(1, { phone: "(212) 555-0187" })]);

    await run(["deliver"], { env: sandbox.env, stdin });
    expect(sandbox.contacts()).toMatchObject([{ sanitized_phone: null }]);
    await run(["deliver", "--default-country", country], { env: sandbox.env, stdin });
    expect(sandbox.contacts()).toMatchObject([{ sanitized_phone: "+12125550187" }]);
  });

  test("--blueprint: a mapping of one's own", async () => {
    const sandbox = await sandboxForTest();
    const folder = await folderForTest();
    const blueprint = await folder.write(
      "blueprint.json",
      JSON.stringify({
        events: ["Webinar Attended"],
        consent: "marketing",
        fields: { first_name: "traits.first_name", last_name: "traits.last_name", title: { value: "Guest" } },
        labels: [{ value: "Webinar" }],
      }),
    );

    await run(["deliver", "--blueprint", blueprint], {
      env: sandbox.env,
      stdin: ndjson([lead(1, { event: "Webinar Attended" }), lead(2)]),
    });

    expect(sandbox.requests().map(({ body }) => body)).toEqual([
      { first_name: "Ada", last_name: "Byron1", title: "Guest", label_names: ["Webinar"], run_dedupe: true },
    ]);
  });

  test("--base-url counts before APOLLO_BASE_URL", async () => {
    const sandbox = await sandboxForTest();
    const env = { ...sandbox.env, APOLLO_BASE_URL: await unreachableUrl() };

    const { exitCode } = await run(["deliver", "--base-url", sandbox.url], { env, stdin: ndjson([lead(1)]) });

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toHaveLength(1);
  });
});

describe("standard input", () => {
  test.each([
    ["-", ["-"]],
    ["nothing", []],
  ])("is read for %s", async (_, argument) => {
    const sandbox = await sandboxForTest();

    const { exitCode } = await run(["deliver", ...argument], { env: sandbox.env, stdin: ndjson(leads(3)) });

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toHaveLength(3);
  });

  test("that is a terminal is read for - only", async () => {
    const sandbox = await sandboxForTest();
    const options = { env: sandbox.env, stdin: ndjson(leads(1)), terminal: true };

    expect(await run(["deliver"], options)).toMatchObject({ exitCode: 2 });
    expect(await run(["deliver", "-"], options)).toMatchObject({ exitCode: 0 });
    expect(sandbox.contacts()).toHaveLength(1);
  });

  test("is delivered as it comes, not only when it ends", async () => {
    const sandbox = await sandboxForTest();
    const stdin = new PassThrough();
    const deliver = start(["deliver", "--json"], { env: sandbox.env, stdin });

    for (const person of [1, 2, 3]) {
      stdin.write(ndjson([lead(person)]));
      await expect.poll(deliver.stdout).toContain(`message-${person}`);
    }

    stdin.end();
    expect(await deliver.ended).toMatchObject({ exitCode: 0 });
  });

  test("that breaks off stops the line: what was read is delivered, the rest is said to be to do", async () => {
    const sandbox = await sandboxForTest();
    const stdin = new PassThrough();
    const deliver = start(["deliver", "--json"], { env: sandbox.env, stdin });
    stdin.write(ndjson(leads(2)));
    await expect.poll(deliver.stdout).toContain("message-2");

    stdin.destroy(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));

    const { exitCode, stderr } = await deliver.ended;
    expect(exitCode).toBe(3);
    expect(stderr).toContain("Stopped. Cannot read on: read ECONNRESET.\n");
    expect(stderr).toContain(
      "Lines up to 2 of the input are done. Continue from line 3. With --spool, a run resumes automatically.\n",
    );
    expect(sandbox.contacts()).toHaveLength(2);
  });
});

test("nothing to deliver is no error, and no call", async () => {
  const sandbox = await sandboxForTest();

  expect(await run(["deliver"], { env: sandbox.env })).toMatchObject({
    exitCode: 0,
    stdout: "",
    stderr: "0 events: 0 delivered, 0 dropped, 0 rejected, 0 failed.\n",
  });
  expect(sandbox.requests()).toEqual([]);
});

test("on a terminal, the status line is taken away before anything else is written", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "status", status: 503 }, 3);

  const { stdout, stderr } = await run(["deliver", "-"], {
    env: sandbox.env,
    stdin: ndjson(leads(20)),
    terminal: true,
  });

  const clear = "\r\u001b[2K";
  expect(stdout.split("\n").filter((line) => line.includes("delivered"))).toHaveLength(20);
  expect(stderr).toContain(`${clear}1 event: 1 delivered`);
  const [status, ...messages] = stderr.split("\n");
  expect(status?.endsWith(`${clear}20 events: 20 delivered, 0 dropped, 0 rejected, 0 failed.`)).toBe(true);
  expect(messages).toEqual([""]);
});

test.each([
  [80, "4 events: 1 delivered, 2 dropped, 1 rejected, 0 failed"],
  [40, "4 events: 1 delivered, 2 dropped, 1 rej"],
])("in %i columns the status line stays in one row, which is all that is cleared", async (columns, expected) => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "30" } });
  const denied = lead(2, { context: { consent: { canonical: { marketing: false } } } });

  const { stderr } = await run(["deliver", "-"], {
    env: sandbox.env,
    stdin: ndjson([pageView, denied, nameless, lead(1)]),
    terminal: true,
    columns,
  });

  const drawn = stderr.split("\r\u001b[2K").slice(1);
  expect(drawn[0]).toBe(expected);
  expect(drawn.at(-1)).toContain("2 dropped (1 event_not_mapped, 1 consent_denied)");
});

test("a log gets a line about how far things are every ten seconds", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "30" } });

  const { stderr } = await run(["deliver", "--json"], { env: sandbox.env, stdin: ndjson(leads(3)) });

  expect(stderr.replace(/\d\d:\d\d:\d\d/, "T")).toBe(
    "Apollo's quota is used up. Next call at T.\n" +
      "1 event: 1 delivered, 0 dropped, 0 rejected, 0 failed\n" +
      "3 events: 3 delivered, 0 dropped, 0 rejected, 0 failed.\n",
  );
});

test("people without an e-mail address are told apart by what else there is", async () => {
  const sandbox = await sandboxForTest({ matchDelayMs: 2 });
  const anonymous = (person: number) => leadWith(person, { email: undefined });

  const { exitCode } = await run(["deliver"], {
    env: sandbox.env,
    stdin: ndjson([anonymous(1), anonymous(2), lead(3)]),
  });

  expect(exitCode).toBe(0);
  expect(sandbox.contacts().map(({ email }) => email)).toContain(emailOf(3));
  expect(sandbox.contacts()).toHaveLength(3);
});
