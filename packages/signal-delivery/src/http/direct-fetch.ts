import Agent from "undici/lib/dispatcher/agent.js";

import { dispatcherFetch, type Fetch } from "./dispatcher-fetch.js";

/** A `fetch` without a proxy, with connections of its own that are kept open between calls. */
export function directFetch(): Fetch {
  return dispatcherFetch(new Agent());
}
