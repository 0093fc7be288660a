import { APOLLO_BASE_URL, type CreateContactRequest } from "@datafly/apollo-client";
import {
  blueprintJsonSchema,
  checkPlanSettings,
  createApolloConnector,
  defaultBlueprint,
  type Blueprint,
  type PlanSettings,
} from "@datafly/signal-apollo-connector";
import { SettingsError, type ConnectorDefinition } from "@datafly/signal-connector-kit";

import { APOLLO, apolloConnector, apolloPlanner } from "./apollo-connector.js";
import { apolloSettings, type ApolloSettings } from "./apollo-settings.js";
import { APOLLO_WORDS } from "./apollo-words.js";
import { BLUEPRINT_COMMENTS } from "./blueprint-comments.js";

/** The connector to Apollo as data and functions, from which the program is made. */
export const apolloDefinition: ConnectorDefinition<typeof apolloSettings, Blueprint, CreateContactRequest> = {
  vendor: APOLLO,
  title: "Apollo.io",
  settings: apolloSettings,
  blueprint: {
    default: defaultBlueprint,
    check: checkBlueprint,
    jsonSchema: blueprintJsonSchema,
    comments: BLUEPRINT_COMMENTS,
  },
  address: { url: APOLLO_BASE_URL, setting: "baseUrl" },
  plan: (settings, blueprint) => apolloPlanner(planSettings(settings, blueprint)),
  connect: (settings, blueprint, { fetch, now }) => {
    const plan = planSettings(settings, blueprint);
    // The engine retries, so that consent is asked again and the quota is kept each time.
    const client = { baseUrl: settings.baseUrl, fetch, maxRetries: 0, runtime: { now } };
    return apolloConnector(createApolloConnector({ ...plan, apiKey: settings.apiKey, client }), plan);
  },
  words: APOLLO_WORDS,
};

function checkBlueprint(value: unknown): Blueprint {
  const { blueprint } = checkPlanSettings({ blueprint: value });
  if (blueprint === undefined) throw new SettingsError([{ path: "blueprint", message: "A blueprint is missing" }]);
  return blueprint;
}

function planSettings(
  { deduplicate, defaultCountry, labels }: Partial<ApolloSettings>,
  blueprint: Blueprint,
): PlanSettings {
  return { deduplicate, defaultCountry, labels, blueprint };
}
