// A mapping of one's own: another event, a nested trait, a fixed stage, a custom field. In code, and the same as data.
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";

import {
  checkPlanSettings,
  createApolloConnector,
  defaultBlueprint,
  planDelivery,
  SettingsError,
  type Blueprint,
} from "@datafly/signal-apollo-connector";

import { openApollo } from "./open-apollo.js";

// In code: a field that Apollo does not have, or a path that an event cannot have, does not compile.
const blueprint: Blueprint = {
  ...defaultBlueprint,
  events: [...defaultBlueprint.events, "Webinar Attended"],
  fields: {
    ...defaultBlueprint.fields,
    organization_name: ["traits.company.name", "traits.company"], // the first that the field takes
    contact_stage_id: { value: "66f1c0ffee0000000000d001" },
  },
  // The team's own fields, by their ids in Apollo. Numbers and booleans stay what they are.
  typed_custom_fields: { "66f1c0ffee0000000000c001": "properties.plan" },
};

const { apiKey, baseUrl, close } = await openApollo();
const connector = createApolloConnector({ apiKey, blueprint, client: { baseUrl } });

const event: unknown = JSON.parse(await readFile(new URL("events/webinar.ndjson", import.meta.url), "utf8"));
const decision = connector.plan(event);
console.log("The decision:", decision);

const outcome = await connector.send(decision);
console.log("What became of it:", outcome.status);

// As data, from a file or a form: it is checked, and what is wrong with it is named.
const file = JSON.parse(await readFile(new URL("blueprint.json", import.meta.url), "utf8")) as Blueprint;
const settings = checkPlanSettings({ blueprint: file });
console.log("blueprint.json decides the same:", isDeepStrictEqual(planDelivery(event, settings), decision));
try {
  checkPlanSettings({ blueprint: { ...file, consent: "newsletter", fields: { first_name: "first_name" } } });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.log("A blueprint that is refused:", error.message);
}

await close();
