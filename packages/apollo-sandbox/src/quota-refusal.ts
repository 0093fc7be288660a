import { jsonAnswer, type Answer } from "./answer.js";
import { endpointPaths, type Endpoint } from "./endpoint.js";
import type { SandboxState } from "./sandbox-state.js";

/** Counts a call, and returns the headers that tell of the quota; or refuses it, if the quota is used up. */
export function countCall(
  endpoint: Endpoint,
  { quotas }: SandboxState,
): { readonly quotaHeaders: Record<string, string> } | { readonly refusal: Answer } {
  const quota = quotas[endpoint];
  const exhaustion = quota.exhaustion();
  if (exhaustion === undefined) {
    quota.count();
    return { quotaHeaders: quota.headers() };
  }
  const { limit, window, resetsInMs } = exhaustion;
  const message =
    `The maximum number of api calls allowed for ${endpointPaths[endpoint]} is ${limit} times per ${window}. ` +
    "Please upgrade your plan or wait.";
  const retryAfter = String(Math.ceil(resetsInMs / 1000));
  return { refusal: jsonAnswer(429, { message }, { ...quota.headers(), "retry-after": retryAfter }) };
}
