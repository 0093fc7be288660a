// Serves the webhook with Node, and sends it what may come: good, tampered, stale, too large.
import { demoRequested, denied, withTraits } from "../events/events.js";
import { openApollo } from "../open-apollo.js";
import { serveWebhook } from "./node-server.js";
import { sign } from "./signature.js";
import { createWebhook, type DeadLetter } from "./webhook.js";

const secret = "the secret that Signal signs with";
const deadLetters: DeadLetter[] = [];
const { apiKey, baseUrl, sandbox, close } = await openApollo();
const webhook = createWebhook({
  secret,
  apiKey,
  client: { baseUrl },
  // Yours writes to a disk, a table or a queue, and resolves when the letter is safe there.
  keep: (letter) => {
    deadLetters.push(letter);
    return Promise.resolve();
  },
});

const server = await serveWebhook(webhook);

const body = JSON.stringify(demoRequested());
const hourAgo = Date.now() - 3_600_000;

await post("A signed event", body);
await post("the same, its answer having been lost", body);
await post("one without consent", JSON.stringify(demoRequested({ context: { consent: denied } })));
await post("one without a name", JSON.stringify(withTraits({ last_name: "" })));
sandbox?.failNext({ kind: "status", status: 503 });
await post("one while Apollo is down", body);
await post("one that was tampered with", body.replace("tim@", "eve@"), await sign(body, secret));
await post("one that is an hour old", body, await sign(body, secret, hourAgo));
await post("one without a signature", body, {});
await post("half a megabyte", "x".repeat(512 * 1024));

console.log(`Contacts: ${sandbox?.contacts().length ?? "?"}. Dead letters: ${deadLetters.length}.`);
await server.close();
await close();

async function post(what: string, payload: string, headers?: Record<string, string>): Promise<void> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: headers ?? (await sign(payload, secret)),
    body: payload,
  });
  const retryAfter = response.headers.get("retry-after");
  console.log(`${what}: ${response.status}`, await response.text(), retryAfter ? `retry after ${retryAfter} s` : "");
}
