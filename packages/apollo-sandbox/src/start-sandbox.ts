import { once } from "node:events";
import { createServer, type Server } from "node:http";

import { getRequestListener } from "@hono/node-server";

import { adminApi } from "./admin-api.js";
import { apolloApi } from "./apollo-api.js";
import { ChangeFeed } from "./change-feed.js";
import { systemClock } from "./clock.js";
import { createControls } from "./controls.js";
import { defaultKeys, KeyRing } from "./key-ring.js";
import { assertOptions } from "./option-check.js";
import { resolvePlan } from "./plan.js";
import type { Sandbox, SandboxOptions } from "./sandbox.js";
import { SandboxState } from "./sandbox-state.js";

/**
 * Starts a local Apollo.
 *
 * @example
 * ```ts
 * import { startSandbox } from "@datafly/apollo-sandbox";
 *
 * const sandbox = await startSandbox();
 * await fetch(`${sandbox.url}/contacts`, {
 *   method: "POST",
 *   headers: { "x-api-key": sandbox.apiKey, "content-type": "application/json" },
 *   body: JSON.stringify({ first_name: "Ada", last_name: "Byron" }),
 * });
 * console.log(sandbox.contacts());
 * await sandbox.close();
 * ```
 *
 * @throws InvalidInputError if an option is invalid.
 * @throws Node's own Error, with a `code` such as `EADDRINUSE`, if it cannot listen.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  assertOptions(options);
  const { port = 0, host = "127.0.0.1", clock = systemClock, dailyHeaders = "24-hour" } = options;
  const { keys = defaultKeys, planWithoutApi = false, matchDelayMs = 10, maxRequests = 10_000 } = options;
  const plan = resolvePlan(options.plan ?? "professional");
  const keyRing = new KeyRing(keys);
  const feed = new ChangeFeed();
  const freshState = () =>
    new SandboxState({ clock, plan, planWithoutApi, dailyHeaders, matchDelayMs, maxRequests, feed });
  const { controls, currentState } = createControls(freshState, keyRing, feed);

  const app = apolloApi(currentState, keyRing)
    .get("/", (context) => context.redirect("/_sandbox/"))
    .get("/_sandbox", (context) => context.redirect("/_sandbox/"))
    .route("/_sandbox/", adminApi(controls, { state: currentState, feed, keys: keyRing }, host));
  // A program under test keeps its own `Request` and `Response`.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  server.listen(port, host);
  await once(server, "listening");

  const origin = originOf(server, host);
  let closed: Promise<void> | undefined;
  return {
    url: `${origin}/api/v1`,
    adminUrl: `${origin}/_sandbox`,
    pageUrl: `${origin}/_sandbox/`,
    apiKey: keyRing.apiKey,
    ...controls,
    close: () => (closed ??= close(server)),
  };
}

/** Where the server can be reached from this machine. A server on all addresses is reached by the loopback one. */
function originOf(server: Server, host: string): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen on a port.");
  const reachable = { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const ended = once(server, "close");
  server.close();
  server.closeAllConnections();
  await ended;
}
