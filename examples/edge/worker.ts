// The webhook on an edge platform. It needs nothing of Node: `fetch`, Web Crypto, and a place for dead letters.
import type { Hono } from "hono";

import { createWebhook } from "../webhook/webhook.js";

/** What the platform gives to each call. */
export interface Env {
  readonly APOLLO_API_KEY: string;
  /** Apollo's own, if left out. */
  readonly APOLLO_BASE_URL?: string;
  readonly SIGNAL_WEBHOOK_SECRET: string;
  /** A key-value store, for example. */
  readonly DEAD_LETTERS: { put(key: string, value: string): Promise<void> };
}

/** Made once an instance, with the first call. Instances know nothing of each other, and keep no order between them. */
let webhook: Hono | undefined;

// The platform asks for a default export.
export default {
  // There is a third argument, ctx, with ctx.waitUntil. Not for this: it would tell Signal that all is well before it is.
  async fetch(request: Request, env: Env): Promise<Response> {
    webhook ??= createWebhook({
      secret: env.SIGNAL_WEBHOOK_SECRET,
      apiKey: env.APOLLO_API_KEY,
      client: { baseUrl: env.APOLLO_BASE_URL },
      keep: (letter) => env.DEAD_LETTERS.put(crypto.randomUUID(), JSON.stringify(letter)),
    });
    return webhook.fetch(request);
  },
};
