// What an application does with the client and the connector. Compiled as an ES module and as CommonJS, and run.
import { createApolloClient, isApolloError, type CreatedContact } from "@datafly/apollo-client";
import { createApolloConnector, planDelivery, type Outcome } from "@datafly/signal-apollo-connector";

const { APOLLO_API_KEY: apiKey = "", APOLLO_BASE_URL: baseUrl = "" } = process.env;

async function main(): Promise<void> {
  const apollo = createApolloClient({ apiKey, baseUrl });
  const created: CreatedContact = await apollo.contacts.create({ first_name: "Ada", last_name: "Byron" });

  const event = {
    type: "track",
    event: "Demo Requested",
    traits: { first_name: "Tim", last_name: "Zheng", email: "tim@apollo.io", phone: "+15553031234" },
    context: { consent: { canonical: { marketing: true } } },
  };
  const decision = planDelivery(event);
  const outcome: Outcome = await createApolloConnector({ apiKey, client: { baseUrl } }).deliver(event);

  const stranger = createApolloClient({ apiKey: "wrong", baseUrl });
  const error: unknown = await stranger.contacts
    .create({ first_name: "Ada", last_name: "Byron" })
    .catch((reason: unknown) => reason);

  console.log(
    JSON.stringify({
      created: created.contact.name,
      decision: decision.action,
      outcome: outcome.status,
      error: isApolloError(error) && error.name,
    }),
  );
}

void main();
