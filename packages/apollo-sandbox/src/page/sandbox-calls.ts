import type { Fault } from "../fault.js";
import type { Outage } from "../outage.js";
import type { RecordedRequest } from "../request-log.js";

/** Fetches one request with its body and answer. Throws an error to be shown if that is not possible. */
export async function fetchRequest(number: number): Promise<RecordedRequest> {
  const { request } = (await call("GET", `requests/${number}`)) as { request: RecordedRequest };
  return request;
}

/** Plants a fault for the next requests. */
export async function plantFault(fault: Fault, times: number): Promise<void> {
  await call("POST", "faults", { fault, times });
}

/** Takes Apollo away. */
export async function startOutage(outage: Outage): Promise<void> {
  await call("PUT", "outage", outage);
}

/** Brings Apollo back. */
export async function endOutage(): Promise<void> {
  await call("DELETE", "outage");
}

/** Changes the plan. */
export async function usePlan(plan: string): Promise<void> {
  await call("PUT", "plan", { plan });
}

/** Has the sandbox forget everything. */
export async function reset(): Promise<void> {
  await call("POST", "reset");
}

/** Calls the admin API, beside which the page stands. */
async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method,
    ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error("The sandbox does not respond. Is it still running?");
  });
  if (response.status === 204) return undefined;
  const answer = (await response.json()) as { error?: string };
  if (!response.ok) throw new Error(answer.error ?? `The sandbox answered ${response.status}.`);
  return answer;
}
