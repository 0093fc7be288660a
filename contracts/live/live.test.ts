// The check of the real Apollo, proven on the sandbox.
import { startSandbox } from "@datafly/apollo-sandbox";
import { expect, onTestFinished, test } from "vitest";

import { runLive, TEST_CONTACT, undescribedFields } from "./live.js";
import { headerShapeOf, shapeOf } from "./shape.js";

async function sandboxForTest() {
  const sandbox = await startSandbox({ plan: "basic", matchDelayMs: 0 });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

test("finds no drift in a server that keeps to the description, and leaves one contact however often it is run", async () => {
  const sandbox = await sandboxForTest();

  for (let run = 0; run < 5; run++) {
    const recordings = await runLive(sandbox.url, sandbox.apiKey);
    expect(recordings.flatMap(({ drift }) => drift)).toEqual([]);
  }

  expect(sandbox.contacts()).toMatchObject([{ email: TEST_CONTACT.email }]);
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

  const [first] = await runLive(sandbox.url, sandbox.apiKey);

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
