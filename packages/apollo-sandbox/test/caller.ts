import type { CreateContactResponse } from "@datafly/apollo-client";
import { startSandbox, type Sandbox, type SandboxOptions } from "@datafly/apollo-sandbox";
import { onTestFinished } from "vitest";

import {
  ADD_TO_LISTS,
  CHECK_KEY,
  observeConforming,
  type ObservedAnswer,
} from "../../apollo-client/test/support/spec-conformance.js";

/** A sandbox that is closed when the test ends. The match is not delayed unless the test asks for it. */
export async function sandboxForTest(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ matchDelayMs: 0, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** A contact with all that Apollo requires. */
export const ada = { first_name: "Ada", last_name: "Byron" };

/** Sends a request to create a contact, with the right key unless the headers say otherwise. The answer is not looked at. */
export function send(sandbox: Sandbox, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${sandbox.url}/contacts`, {
    method: "POST",
    headers: { "x-api-key": sandbox.apiKey, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    redirect: "manual",
  });
}

/** Sends a request to create a contact. The answer must keep to the API's description, whatever it says. */
export async function post(
  sandbox: Sandbox,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<ObservedAnswer> {
  return observeConforming(await send(sandbox, body, headers));
}

/** Checks a key, the right one unless the headers say otherwise. The answer must keep to the API's description. */
export async function checkKey(
  { url, apiKey }: Sandbox,
  headers: Record<string, string> = { "x-api-key": apiKey },
): Promise<ObservedAnswer> {
  return observeConforming(await fetch(`${url}/auth/health`, { headers }), CHECK_KEY);
}

/** Adds contacts to lists. The answer must keep to the API's description, whatever it says. */
export async function addToLists(
  { url, apiKey }: Sandbox,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<ObservedAnswer> {
  const response = await fetch(`${url}/labels/add_entity_ids_to_label_names`, {
    method: "POST",
    headers: { "x-api-key": apiKey, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return observeConforming(response, ADD_TO_LISTS);
}

/** Creates or updates a contact. Anything but a 200 that keeps to the API's description is an error. */
export async function create(sandbox: Sandbox, fields: object): Promise<CreateContactResponse> {
  const { status, body } = await post(sandbox, fields);
  if (status !== 200) throw new Error(`${status} ${body}`);
  return JSON.parse(body) as CreateContactResponse;
}
