// Calls the worker as its platform would.
import { demoRequested } from "../events/events.js";
import { openApollo } from "../open-apollo.js";
import { sign } from "../webhook/signature.js";
import worker, { type Env } from "./worker.js";

const { apiKey, baseUrl, close } = await openApollo();
const deadLetters = new Map<string, string>();
const env: Env = {
  APOLLO_API_KEY: apiKey,
  APOLLO_BASE_URL: baseUrl,
  SIGNAL_WEBHOOK_SECRET: "the secret that Signal signs with",
  DEAD_LETTERS: {
    put: (key, value) => {
      deadLetters.set(key, value);
      return Promise.resolve();
    },
  },
};

for (const body of [JSON.stringify(demoRequested()), "not an event"]) {
  const headers = await sign(body, env.SIGNAL_WEBHOOK_SECRET);
  const request = new Request("https://edge.example/signal", { method: "POST", headers, body });
  const response = await worker.fetch(request, env);
  console.log(response.status, await response.text());
}
console.log("Dead letters:", ...deadLetters.values());

await close();
