import { LABEL_MODES } from "@datafly/signal-apollo-connector";
import { setting } from "@datafly/signal-connector-kit";
import * as z from "zod";

import { readCountry } from "./default-country.js";

/** The settings of the connector to Apollo, in the order of the table in Signal's documentation of the integration. */
export const apolloSettings = z.object({
  apiKey: setting(z.string(), {
    title: "API Key",
    description: "Apollo key with the Create a Contact endpoint enabled. Sent in the X-Api-Key header.",
    usedFor: "sending",
    secret: true,
    env: "APOLLO_API_KEY",
    help: "an Apollo key with the Create a Contact endpoint enabled",
    missing:
      "There is no API key. Set APOLLO_API_KEY to an Apollo key with the Create a Contact endpoint enabled. To try without an Apollo account, start apollo-sandbox and use what it prints.",
  }),
  defaultCountry: setting(z.string().transform(readCountry).optional(), {
    title: "Default country",
    description: "The country of phone numbers that do not name theirs, in two letters. Without it they are omitted.",
    usedFor: "planning",
    flag: "--default-country <code>",
    help: "the country of phone numbers that do not name theirs: US, DE, …",
    placeholder: "US",
    inCatalogue: false,
  }),
  deduplicate: setting(z.boolean().default(true), {
    title: "Deduplicate contacts",
    description: "When on, sends run_dedupe=true so Apollo upserts on a match. Defaults to on.",
    usedFor: "planning",
    flag: "--no-dedupe",
    help: "do not send run_dedupe: every event makes a contact of its own",
  }),
  labels: setting(z.enum(LABEL_MODES).default("replace"), {
    title: "Lists",
    description:
      "What happens to the lists that a matching contact is on: they are replaced by the lead's lists, or kept, and a second call adds the contact to the lead's lists.",
    usedFor: "planning",
    env: "APOLLO_LABELS",
    flag: "--labels <mode>",
    help: "what happens to the lists that a matching contact is on: replace them, or add to them in a second call",
    inCatalogue: false,
  }),
  baseUrl: setting(z.string().optional(), {
    title: "Base URL",
    description: "Where Apollo is, if not at its own address: a gateway or a sandbox.",
    usedFor: "sending",
    env: "APOLLO_BASE_URL",
    flag: "--base-url <url>",
    help: "where Apollo is",
    inCatalogue: false,
  }),
});

/** The settings as the schema has checked them. */
export type ApolloSettings = z.output<typeof apolloSettings>;
