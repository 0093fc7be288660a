// Creates a contact, and then updates it, with the client alone.
import { createApolloClient } from "@datafly/apollo-client";

import { openApollo } from "./open-apollo.js";

const { apiKey, baseUrl, close } = await openApollo();
const apollo = createApolloClient({ apiKey, baseUrl });

const ada = { first_name: "Ada", last_name: "Byron", email: "ada@analytical.example", run_dedupe: true };
const created = await apollo.contacts.create(ada);
console.log("Created", created.contact.id, created.contact.name);

// With run_dedupe Apollo looks for a match first. Fields that are left out stay as they are; empty ones would be cleared.
const updated = await apollo.contacts.create({ ...ada, title: "Analyst" });
console.log("Updated", updated.contact.id, updated.contact.title, updated.dedupeResult?.match_reason);

const { hour } = updated.rateLimit;
if (hour !== null) console.log(`${hour.left} of ${hour.limit} calls are left in this hour.`);

await close();
