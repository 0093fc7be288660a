import { describe, expect, onTestFinished, test } from "vitest";

import { createApolloConnector, type Outcome } from "@datafly/signal-apollo-connector";
import { startSandbox } from "@datafly/apollo-sandbox";
import { demoRequested } from "../../../examples/events/events.js";

const id = "66f1c0ffee0000000000a001";
const email = "tim@apollo.io";
const phone = "+15553031234";

/** The outcome of the event of Signal's documentation, if Apollo answers with this contact. */
async function outcomeOf(contact: object): Promise<{ readonly outcome: Outcome; readonly calls: number }> {
  const sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0 });
  onTestFinished(() => sandbox.close());
  sandbox.failNext({ kind: "status", status: 200, body: { contact: { id, ...contact } } });
  const connector = createApolloConnector({ apiKey: sandbox.apiKey, client: { baseUrl: sandbox.url } });
  return { outcome: await connector.deliver(demoRequested()), calls: sandbox.requests().length };
}

const emailWarning = {
  code: "email_not_stored",
  field: "email",
  message: "email was sent, but Apollo stored another address or none",
};
const phoneWarning = {
  code: "phone_read_differently",
  field: "mobile_phone",
  message: "mobile_phone was sent in E.164, but Apollo read it as another number or none",
};

describe("what Apollo stored differently is a warning of an event that is delivered", () => {
  test.each<{ what: string; contact: object; warnings: object[] }>([
    { what: "no address", contact: { email: null }, warnings: [emailWarning] },
    { what: "another address", contact: { email: "old@apollo.io" }, warnings: [emailWarning] },
    {
      what: "another number",
      contact: { phone_numbers: [{ raw_number: phone, sanitized_number: "+495553031234", type: "mobile" }] },
      warnings: [phoneWarning],
    },
    {
      what: "no number",
      contact: { phone_numbers: [{ raw_number: phone, sanitized_number: null }] },
      warnings: [phoneWarning],
    },
    {
      what: "another number on the same line",
      contact: { phone_numbers: [{ raw_number: "555", sanitized_number: "+1555", type: "mobile" }] },
      warnings: [phoneWarning],
    },
    {
      what: "neither, and a custom field",
      contact: { email: null, phone_numbers: [{ raw_number: phone }], custom_field_errors: { plan: "unknown" } },
      warnings: [{ code: "custom_field_errors" }, emailWarning, phoneWarning],
    },
  ])("$what", async ({ contact, warnings }) => {
    const { outcome, calls } = await outcomeOf(contact);

    expect(outcome).toMatchObject({ status: "delivered", contactId: id, warnings });
    expect(calls).toBe(1);
    expect(JSON.stringify(outcome)).not.toMatch(/tim@|old@|5553031234/);
  });
});

describe("what is the same, or is not in the answer, is no warning", () => {
  test.each<[string, object]>([
    ["the same values", { email, phone_numbers: [{ raw_number: phone, sanitized_number: phone, type: "mobile" }] }],
    ["an address in other letters", { email: " Tim@Apollo.IO " }],
    ["no such fields", {}],
    ["no numbers yet", { phone_numbers: [] }],
    [
      "the number on another line beside one of the same line",
      {
        phone_numbers: [
          { raw_number: "x", sanitized_number: "+1555", type: "mobile" },
          { raw_number: phone, sanitized_number: phone, type: "other" },
        ],
      },
    ],
    ["numbers of other lines", { phone_numbers: [{ raw_number: "555", sanitized_number: "+1555", type: "home" }] }],
    ["values of other types", { email: 5, phone_numbers: [null, 7, { raw_number: 5, sanitized_number: {} }] }],
    ["numbers that are no list", { phone_numbers: "none" }],
  ])("%s", async (_, contact) => {
    expect((await outcomeOf(contact)).outcome).toMatchObject({ status: "delivered", warnings: [] });
  });
});
