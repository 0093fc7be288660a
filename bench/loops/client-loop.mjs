// The same with the client, which sends with Node's own fetch.
import { createApolloClient } from "@datafly/apollo-client";

import { eachLead } from "./each-lead.mjs";

const client = createApolloClient({ apiKey: process.env.APOLLO_API_KEY, baseUrl: process.env.APOLLO_BASE_URL });

await eachLead((contact) => client.contacts.create(contact));
