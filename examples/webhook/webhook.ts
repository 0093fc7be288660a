import { createApolloConnector, personKey, type ConnectorSettings } from "@datafly/signal-apollo-connector";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";

import { answerTo } from "./answer.js";
import { Lanes } from "./lanes.js";
import { isSigned } from "./signature.js";

/** An event that nobody will send again. */
export interface DeadLetter {
  readonly reason: string;
  readonly event: unknown;
}

/** What a webhook needs. Deduplication cannot be turned off: an event whose answer is lost comes twice. */
export interface WebhookOptions extends Omit<ConnectorSettings, "deduplicate"> {
  /** The secret that Signal signs with. */
  readonly secret: string;
  /** Keeps a dead letter; resolves when it is safe. If it rejects, the answer is 500, and Signal has the event still. */
  readonly keep: (letter: DeadLetter) => Promise<void>;
}

/** Far more than an event holds. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * Delivers each event that is posted to `/signal`, and answers when it is settled. Runs wherever `fetch` is.
 *
 * One thing it cannot do: an event that Signal sends again comes behind the person's later ones, and brings older values back.
 * Where that matters, or where several processes take events, put what comes on a queue that keeps the order, as in ../queue.
 */
export function createWebhook({ secret, keep, client, ...settings }: WebhookOptions): Hono {
  // Edge platforms give `undefined` for a secret that was never set.
  if (!secret || secret.trim() === "") throw new TypeError("The secret is empty.");
  // Signal waits for the answer, and repeats: so one attempt, and not a long one.
  const connector = createApolloConnector({
    ...settings,
    deduplicate: true,
    client: { timeoutMs: 10_000, maxRetries: 0, ...client },
  });
  const lanes = new Lanes();

  const app = new Hono();
  app.post("/signal", bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    // The bytes as they came: what was parsed and written again may have another signature.
    const body = await context.req.arrayBuffer();
    if (!(await isSigned(context.req.raw.headers, body, secret))) return context.json({ error: "not_signed" }, 401);

    const event = parse(body);
    const decision = connector.plan(event);
    const send = () => connector.send(decision);
    // Two calls for one person at the same moment could make two contacts.
    const outcome =
      decision.action === "deliver" ? await lanes.run(personKey(event, decision.contact), send) : await send();

    const { status, retryAfterSeconds, keep: isDeadLetter } = answerTo(outcome);
    const reason = outcome.status === "delivered" ? undefined : outcome.reason;
    if (isDeadLetter && reason !== undefined) await keep({ reason, event });
    if (outcome.status === "failed") console.error(outcome.reason, outcome.error.status ?? "without an answer");
    if (retryAfterSeconds !== undefined) context.header("retry-after", String(retryAfterSeconds));
    // No personal data here either: answers end up in logs.
    return context.json({ status: outcome.status, reason }, status);
  });
  return app;
}

/** What is no JSON is no event either: the connector rejects the text. */
function parse(body: ArrayBuffer): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
