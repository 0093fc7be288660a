// A verification that cannot fail proves nothing: break the sandbox, and the contract must notice.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { readPact } from "../pact-file.js";
import { breakSandbox, type Breakage, type InPassing } from "./broken-sandbox.js";
import { startContractSandbox, verifyApolloApi } from "./verify.js";

const contracts = ["apollo-client-apollo-api.json", "signal-apollo-connector-apollo-api.json"].map((name) =>
  readPact(name),
);

/** A contract of one interaction alone, in a file. */
function contractOf(description: string): string {
  const [contract, ...others] = contracts
    .map((one) => ({ ...one, interactions: one.interactions.filter((each) => each.description === description) }))
    .filter(({ interactions }) => interactions.length > 0);
  if (contract?.interactions.length !== 1 || others.length > 0) {
    throw new Error(`There is not one interaction "${description}".`);
  }
  const folder = mkdtempSync(join(tmpdir(), "contract-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "contract.json");
  writeFileSync(file, JSON.stringify(contract));
  return file;
}

/** Changes an answer in JSON. */
function json(change: (body: Record<string, Record<string, unknown>>) => unknown): (answer: InPassing) => void {
  return (answer) => {
    answer.body = JSON.stringify(change(JSON.parse(answer.body) as Record<string, Record<string, unknown>>));
  };
}

const without = (name: string) => (object: object | undefined) =>
  Object.fromEntries(Object.entries(object ?? {}).filter(([key]) => key !== name));

test.each<[string, string, Breakage]>([
  [
    "401 as JSON",
    "a contact with a key that nobody knows",
    {
      answer: (answer) => {
        answer.headers["content-type"] = "application/json";
        answer.body = JSON.stringify({ error: answer.body });
      },
    },
  ],
  [
    "401 with another text",
    "a contact with a key that nobody knows",
    {
      answer: (answer) => {
        answer.body = "Go away.";
      },
    },
  ],
  [
    "no retry-after",
    "a contact when the hour is used up",
    {
      answer: (answer) => {
        answer.headers = without("retry-after")(answer.headers);
      },
    },
  ],
  [
    "an empty value that does not clear",
    "an empty value for a field that is stored",
    {
      request: (request) => {
        request.body = JSON.stringify(without("title")(JSON.parse(request.body) as object));
      },
    },
  ],
  [
    "no contact id",
    "a contact with the two names that Apollo asks for",
    { answer: json((body) => ({ ...body, contact: without("id")(body.contact) })) },
  ],
  [
    "a match that is not told",
    "a contact that is stored already, deduplicated by its e-mail address",
    { answer: json(without("dedupe_result")) },
  ],
  [
    "lists that add up",
    "a label that exists, for a contact that is on another list",
    {
      answer: json((body) => ({ ...body, labels: [{ id: "66f1c0ffee0000000000b001", name: "Engineers" }] })),
    },
  ],
  [
    "limits where there are none",
    "a contact, on a plan without limits",
    {
      answer: (answer) => {
        answer.headers["x-rate-limit-hourly"] = "400";
      },
    },
  ],
  ["403 without its code", "a contact with a key that may not create any", { answer: json(without("error_code")) }],
  ["no key answered as a wrong key", "a contact without a key", { answer: (answer) => void (answer.status = 401) }],
  [
    "an addition that says nothing of the lists",
    "a contact for a list that does not exist yet",
    { answer: json(without("labels")) },
  ],
  ["a check that says nothing of the key", "a check of a valid key", { answer: json(without("is_logged_in")) }],
  [
    "a check of a bad key that passes",
    "a check of a key that nobody knows",
    { answer: (answer) => void (answer.status = 200) },
  ],
  [
    "success for a contact whose last name is empty",
    "a contact whose last name is empty",
    {
      answer: (answer) => {
        answer.status = 200;
      },
    },
  ],
  [
    "nothing stored of a lead but its two names",
    "Demo Requested, with all traits and a lead source",
    {
      request: (request) => {
        const { first_name, last_name } = JSON.parse(request.body) as Record<string, unknown>;
        request.body = JSON.stringify({ first_name, last_name });
      },
    },
  ],
])("%s is noticed", async (_, description, breakage) => {
  const sandbox = await startContractSandbox();
  const broken = await breakSandbox(sandbox, breakage);
  const whole = await breakSandbox(sandbox, {});
  onTestFinished(async () => {
    await Promise.all([broken.close(), whole.close()]);
    await sandbox.close();
  });
  const file = contractOf(description);

  await expect(verifyApolloApi(sandbox, [file], broken.origin)).rejects.toThrow();
  // And it is the breakage that was noticed, not what stands between.
  await verifyApolloApi(sandbox, [file], whole.origin);
});
