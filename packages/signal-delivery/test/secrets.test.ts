import { readFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import type { Fault } from "@datafly/apollo-sandbox";
import { lead, leadWith, nameless, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { serverForTest, unreachableUrl } from "./support/http-server.js";
import { run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const apiKey = "MARKER/key+4711=";

describe("the key is in nothing that is printed or kept", () => {
  const failures: [string, Fault | undefined][] = [
    ["success", undefined],
    ...[400, 401, 402, 403, 404, 408, 409, 422, 500, 503].map((status): [string, Fault] => [
      String(status),
      { kind: "status", status },
    ]),
    ["429", { kind: "status", status: 429, headers: { "retry-after": "3600" } }],
    ["redirect", { kind: "redirect", location: "http://127.0.0.1:9/" }],
    ["a gateway's page", { kind: "html" }],
    ["half an answer", { kind: "garbage" }],
    ["an empty answer", { kind: "empty" }],
    ["a lost connection", { kind: "reset", written: true }],
  ];

  test.each(failures.flatMap(([name, fault]) => [[name, fault, []] as const, [name, fault, ["--json"]] as const]))(
    "%s %j %j",
    async (_, fault, flags) => {
      const folder = await folderForTest();
      const sandbox = await sandboxForTest({ keys: { [apiKey]: "contacts/create" } });
      if (fault) sandbox.failNext(fault, 5);
      const dead = folder.at("dead.ndjson");

      const { stdout, stderr } = await run(["deliver", ...flags, "--dead-letters", dead], {
        env: sandbox.env,
        stdin: ndjson([lead(1), lead(2), nameless, "{"]),
      });

      expect(stderr).toMatch(/delivered|Stopped\./);
      expect([stdout, stderr, await readFile(dead, "utf8").catch(() => "")].join("\n")).not.toContain("MARKER");
    },
  );

  test.each([400, 401, 402, 403, 404, 422, 500, 302, 200])(
    "not even where a server repeats it, with a status of %i",
    async (status) => {
      const folder = await folderForTest();
      const { url } = await serverForTest((response) => {
        const location = `http://127.0.0.1:9/?k=${encodeURIComponent(apiKey)}`;
        response.writeHead(status, { "content-type": "application/json", location });
        response.end(JSON.stringify({ error: `No such key: ${apiKey}`, error_code: apiKey }));
      });
      const dead = folder.at("dead.ndjson");

      const { stdout, stderr } = await run(["deliver", "--dead-letters", dead], {
        env: { APOLLO_API_KEY: apiKey, APOLLO_BASE_URL: url },
        stdin: ndjson([lead(1)]),
      });

      expect([stdout, stderr, await readFile(dead, "utf8").catch(() => "")].join("\n")).not.toContain("MARKER");
    },
  );

  test("nor where there is no host", async () => {
    const env = { APOLLO_API_KEY: apiKey, APOLLO_BASE_URL: await unreachableUrl() };

    const { stdout, stderr } = await run(["deliver"], { env, stdin: ndjson([lead(1)]) });

    expect(stdout + stderr).not.toContain("MARKER");
  });

  test.each([
    [[]],
    [["--help"]],
    [["deliver", "--help"]],
    [["deliver", "--frobnicate"]],
    [["deliver", "--concurrency", "0"]],
    [["deliver", "--default-country", "?"]],
    [["deliver", "--base-url", "?"]],
    [["deliver", "no.ndjson"]],
    // Wrong, but easily done.
    [["deliver", `--api-key=${apiKey}`]],
    [["deliver", "--api-key", apiKey]],
    [["deliver", "-", apiKey]],
    [["deliver", "--base-url", `http://127.0.0.1/api/v1?api_key=${apiKey}`]],
  ])("nor in help, nor in what is said of wrong usage: %j", async (argv) => {
    const { stdout, stderr } = await run(argv, { env: { APOLLO_API_KEY: apiKey } });

    expect(stdout + stderr).not.toBe("");
    expect(stdout + stderr).not.toContain("MARKER");
  });
});

describe("deliver prints no personal data", () => {
  const traits = {
    first_name: "Zebulon",
    last_name: "Quartermain",
    email: "zebulon@quartermain.example",
    phone: "+15553031234",
    company: "Quartermain",
    title: "Explorer",
  };
  const personal = /zebulon|quartermain|5553031234|explorer/i;
  const echo = JSON.stringify(traits);

  test.each([
    ["delivered", undefined],
    ["a refusal that repeats the contact", { kind: "status", status: 422, body: { error: echo } }],
    ["a conflict that repeats the contact", { kind: "status", status: 409, body: { message: echo } }],
    ["a failure that repeats the contact", { kind: "status", status: 500, body: echo }],
    ["a lost connection", { kind: "reset", written: true }],
  ] as [string, Fault | undefined][])("%s", async (_, fault) => {
    for (const flags of [[], ["--json"]]) {
      const folder = await folderForTest();
      const sandbox = await sandboxForTest();
      if (fault) sandbox.failNext(fault, 5);
      const events = [
        leadWith(1, traits),
        lead(2, { traits: { ...traits, last_name: "?", first_name: "?" } }),
        lead(3, { traits: { ...traits, email: "zebulon at quartermain", phone: "zebulon" } }),
        lead(4, { traits, context: {} }),
        JSON.stringify(lead(5, { traits })).slice(0, -1),
        { type: "track", traits },
      ];

      const { stdout, stderr } = await run(["deliver", ...flags, "--dead-letters", folder.at("dead.ndjson")], {
        env: sandbox.env,
        stdin: ndjson(events),
      });

      expect(stderr).toContain("events: ");
      expect(stdout + stderr).not.toMatch(personal);
    }
  });
});

describe("hostile text does not reach a terminal as it is", () => {
  const hostile = "\u001b]0;owned\u0007\u001b[2J\u009b31m\r\n\u202ednarb\u200b\u2028";
  const raw = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
  const events = [
    lead(1, { event: hostile, messageId: hostile }),
    lead(2, { messageId: hostile }),
    leadWith(3, { first_name: `Ada${hostile}`, title: hostile, phone: hostile }),
    lead(4, { event: hostile, type: hostile }),
    `{${hostile.replaceAll(/[\r\n]/g, "")}`,
  ];

  test.each([["preview"], ["preview", "--json"], ["deliver"], ["deliver", "--json"]])("%s %s", async (...argv) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const body = { contact: { id: `66f1c0ffee${hostile}` } };
    sandbox.failNext({ kind: "status", status: 200, body });
    sandbox.failNext({ kind: "status", status: 422, body: { error: hostile } });
    const flags = argv[0] === "deliver" ? ["--dead-letters", folder.at("dead.ndjson")] : [];

    const { stdout, stderr } = await run([...argv, ...flags], { env: sandbox.env, stdin: ndjson(events) });

    expect(stdout).toContain("Demo Requested");
    expect(stdout).not.toMatch(raw);
    expect(stderr).not.toMatch(raw);
  });

  test.each([401, 403, 404])("nor in what Apollo says with a status of %i", async (status) => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status, body: { error: hostile } });

    const { stderr } = await run(["deliver"], { env: sandbox.env, stdin: ndjson([lead(1)]) });

    expect(stderr).toContain("Stopped. ");
    expect(stderr).not.toMatch(raw);
  });
});
