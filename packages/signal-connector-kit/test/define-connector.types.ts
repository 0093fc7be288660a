// Checked by the compiler alone: what must not compile, and what follows from the tables of a connector.
import { expectTypeOf } from "vitest";
import * as z from "zod";

import {
  defineConnector,
  emailField,
  omitted,
  setting,
  textField,
  type SendResult,
} from "@datafly/signal-connector-kit";

declare const delivered: SendResult;

const words = { meaning: "…", whatToDo: "…" };
const vendor = {
  name: "Acme",
  connector: "acme",
  record: "person",
  failures: {},
  rejections: { missing_email: words },
};
const settings = z.object({
  token: setting(z.string(), { title: "Token", description: "…", usedFor: "sending", secret: true, env: "TOKEN" }),
});
const fields = { email: { ...emailField, required: "missing_email" }, company: textField } as const;
const functions = {
  key: () => "",
  idempotent: true,
  client: () => undefined,
  send: () => Promise.resolve(delivered),
} as const;
const defaultBlueprint = { events: ["Signed Up"], consent: "marketing", fields: { email: "traits.email" } } as const;

const connector = defineConnector({
  vendor,
  settings,
  fields,
  lists: { tags: { part: "tag_sources", rule: textField } },
  groups: { custom: { id: /./, expected: "an id" } },
  defaultBlueprint: { ...defaultBlueprint, tag_sources: [], custom: { c1: "properties.seats" } },
  ...functions,
  client: ({ token }) => ({ token }),
  send: (client, { payload }) => {
    expectTypeOf(client).toEqualTypeOf<{ token: string }>();
    expectTypeOf(payload.email).toBeString();
    expectTypeOf(payload.company).toEqualTypeOf<string | undefined>();
    expectTypeOf(payload.tags).toEqualTypeOf<string[] | undefined>();
    expectTypeOf(payload.custom).toEqualTypeOf<Record<string, string | number | boolean> | undefined>();
    // @ts-expect-error -- a field that the vendor does not have
    expectTypeOf(payload.compny).toBeString();
    return Promise.resolve(delivered);
  },
});
expectTypeOf(connector.blueprint.default.tag_sources).toExtend<readonly unknown[]>();

defineConnector({
  vendor,
  settings,
  fields,
  // @ts-expect-error -- a field that the vendor does not have
  defaultBlueprint: { ...defaultBlueprint, fields: { email: "traits.email", compny: "traits.company" } },
  ...functions,
});
defineConnector({
  vendor,
  settings,
  fields,
  // @ts-expect-error -- no source for a required field
  defaultBlueprint: { ...defaultBlueprint, fields: { company: "traits.company" } },
  ...functions,
});
defineConnector({
  vendor,
  settings,
  fields,
  // @ts-expect-error -- not a place in an event
  defaultBlueprint: { ...defaultBlueprint, fields: { email: "email" } },
  ...functions,
});
defineConnector({
  vendor,
  settings,
  fields,
  lists: { tags: { part: "tag_sources", rule: textField } },
  // @ts-expect-error -- no sources for the list
  defaultBlueprint,
  ...functions,
});
defineConnector({
  // @ts-expect-error -- no words for the reason missing_email
  vendor: { ...vendor, rejections: {} },
  settings,
  fields,
  defaultBlueprint,
  ...functions,
});
defineConnector({
  vendor,
  settings,
  // @ts-expect-error -- no words for the warning odd_code
  fields: {
    ...fields,
    company: { ...textField, normalise: () => omitted("odd_code") },
  },
  defaultBlueprint,
  ...functions,
});
