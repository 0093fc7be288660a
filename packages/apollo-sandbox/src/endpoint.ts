import { InvalidInputError } from "./invalid-input-error.js";

/** An endpoint with a quota of its own, which faults can strike: creating contacts, or adding them to lists. */
export type Endpoint = "contacts" | "lists";

/** The endpoints, and how Apollo's messages name them. */
export const endpointPaths: Readonly<Record<Endpoint, string>> = {
  contacts: "api/v1/contacts",
  lists: "api/v1/labels/add_entity_ids_to_label_names",
};

/** Throws an `InvalidInputError` if the value is not an endpoint. */
export function assertEndpoint(value: unknown): asserts value is Endpoint {
  if (typeof value === "string" && Object.hasOwn(endpointPaths, value)) return;
  throw new InvalidInputError('endpoint must be "contacts" or "lists".');
}
