// The check of the real Apollo, proven on the sandbox.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import { startSandbox } from "@datafly/apollo-sandbox";
import { describe, expect, onTestFinished, test } from "vitest";

import { runLive, TEST_CONTACT, undescribedFields } from "./live.js";
import { reportLive } from "./report-live.js";
import { headerShapeOf, shapeOf } from "./shape.js";

async function sandboxForTest() {
  const sandbox = await startSandbox({ plan: "basic", matchDelayMs: 0 });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

async function serverForTest(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
}

test("finds no drift in a server that keeps to the description, and leaves one contact however often it is run", async () => {
  const sandbox = await sandboxForTest();

  for (let run = 0; run < 5; run++) {
    const recordings = await runLive(sandbox.url, sandbox.apiKey);
    expect(recordings.flatMap(({ drift }) => drift)).toEqual([]);
  }

  expect(sandbox.contacts()).toMatchObject([{ email: TEST_CONTACT.email }]);
});

test("leaves one contact even on a server that takes a contact without a last name", async () => {
  const contacts = new Map<unknown, object>();
  const url = await serverForTest((request, response) => {
    if (request.method !== "POST") {
      response.writeHead(404).end();
      return;
    }
    void json(request).then((body) => {
      const contact = body as Record<string, unknown>;
      // Without an address to match by, each is a contact of its own.
      const key = contact.email ?? contacts.size;
      contacts.set(key, { ...contacts.get(key), ...contact, id: "66f1c0ffee0000000000a001" });
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ contact: contacts.get(key) }));
    });
  });

  for (let run = 0; run < 5; run++) await runLive(url, "key");

  expect([...contacts.keys()]).toEqual([TEST_CONTACT.email]);
});

test("a key that does not log in is drift, though the status is 200", async () => {
  const url = await serverForTest((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"healthy":true,"is_logged_in":false}');
  });

  const [first] = await runLive(url, "key");

  expect(first).toMatchObject({ description: "a check of the key", drift: ["the answer is not as expected"] });
});

test("an answer that is no JSON in spite of its content type is drift", async () => {
  const url = await serverForTest((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end("<!doctype html>");
  });

  const [first] = await runLive(url, "key");

  expect(first?.drift).toContain("the body is not JSON");
});

describe("the report", () => {
  test("of a server that keeps to the description is all ok", async () => {
    const sandbox = await sandboxForTest();

    const report = await reportLive({ APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: `${sandbox.url}/` });

    expect(report).toMatchObject({ ok: true });
    expect(report.lines.filter((line) => line.startsWith("ok "))).toHaveLength(8);
    expect(report.lines.join()).not.toMatch(/DRIFT|undefined/);
  });

  test.each([
    ["a key with a line break", { APOLLO_API_KEY: "MARKER\n" }, /^Nothing was run: apiKey contains a space/],
    ["a key that no header can hold", { APOLLO_API_KEY: "MARKER\u2603" }, /^Nothing was run: apiKey contains/],
    [
      "a URL that is none",
      { APOLLO_API_KEY: "MARKER", APOLLO_BASE_URL: "apollo" },
      /^Nothing was run: baseUrl must be/,
    ],
    [
      "a server that is not there",
      { APOLLO_API_KEY: "MARKER", APOLLO_BASE_URL: "http://127.0.0.1:9/api/v1" },
      /^There was no complete answer from http:\/\/127\.0\.0\.1:9/,
    ],
  ])("of %s is one sentence, without the key", async (_, env, line) => {
    const report = await reportLive(env);

    expect(report).toEqual({ ok: false, lines: [expect.stringMatching(line)] });
    expect(report.lines.join()).not.toMatch(/MARKER/);
  });

  test("without a key says what is needed, and that nothing was run", async () => {
    expect((await reportLive({})).lines[0]).toMatch(/^Nothing was run: this needs APOLLO_API_KEY/);
  });
});

test("records no values: nothing of the contact, and no key", async () => {
  const sandbox = await sandboxForTest();

  const text = JSON.stringify(await runLive(sandbox.url, sandbox.apiKey));

  for (const value of [...Object.values(TEST_CONTACT), sandbox.apiKey, sandbox.contacts()[0]?.id]) {
    expect(text).not.toContain(`"${String(value)}"`);
  }
  expect(text).toContain('"x-rate-limit-hourly":"integer"');
  expect(text).toContain('"id":"string"');
});

test("finds drift", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "status", status: 200, body: { contact: { id: 7, favourite_colour: "red" } } });

  const first = (await runLive(sandbox.url, sandbox.apiKey)).find(({ description }) => description.includes("title"));

  expect(first?.drift).toEqual([expect.stringMatching(/^body\/contact\/id must be string/)]);
  expect(undescribedFields(first ? [first] : [])).toEqual(["favourite_colour"]);
});

test("shapes hold types and names, and no ids of a team's own fields", () => {
  expect(shapeOf({ b: [1, 2, "x", null], a: { "66f1c0ffee0000000000c001": true } })).toEqual({
    a: { "<id>": "boolean" },
    b: ["null", "number", "string"],
  });
  expect(["", "42", "application/json"].map(headerShapeOf)).toEqual(["empty", "integer", "text"]);
});
