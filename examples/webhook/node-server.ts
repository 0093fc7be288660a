import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { serve } from "@hono/node-server";
import type { Hono } from "hono";

/** Serves a webhook with Node, on this machine only; a proxy before it brings it to the outside, with TLS. */
export async function serveWebhook(webhook: Hono, port = 0): Promise<{ url: string; close: () => Promise<void> }> {
  const server = serve({ fetch: webhook.fetch, hostname: "127.0.0.1", port });
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/signal`,
    // What is in the air is answered first.
    close: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
