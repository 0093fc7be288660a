import type { TypedEvent } from "@datafly/signal-connector-kit";

import type { Blueprint } from "./blueprint.js";
import type { RequiredField } from "./contact-fields.js";
import type { defaultBlueprint } from "./default-blueprint.js";

/**
 * An event that becomes a contact, for those who *write* events: its names, traits and properties are those of the blueprint, so that a
 * misspelt one does not compile. A union by the event's name. Those who *read* events take `unknown`, as `plan` and `deliver` do:
 * what comes over the wire has no type.
 *
 * The traits that the names are taken from first are required, and so is the consent, granted or not. Whatever else an event carries
 * can be spread into its parts: `traits: { ...others, first_name, last_name }`.
 *
 * @typeParam B the blueprint; {@link defaultBlueprint} unless named. One of your own is written `as const satisfies Blueprint`
 *
 * @example
 * ```ts
 * import { createApolloConnector, type LeadEvent } from "@datafly/signal-apollo-connector";
 *
 * const event: LeadEvent = {
 *   type: "track",
 *   event: "Demo Requested",
 *   traits: { first_name: "Tim", last_name: "Zheng", email: "tim@apollo.io" },
 *   properties: { lead_source: "Website demo form" },
 *   context: { consent: { canonical: { marketing: true } } },
 * };
 *
 * await createApolloConnector({ apiKey: process.env.APOLLO_API_KEY ?? "" }).deliver(event);
 * ```
 */
export type LeadEvent<B extends Blueprint = typeof defaultBlueprint> = TypedEvent<B, RequiredField>;
