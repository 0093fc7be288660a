import { CONSENT_PURPOSES, readConsent, type Consent, type ConsentPurpose } from "@datafly/signal-apollo-connector";

import { isJsonObject, type JsonObject } from "./json-object.js";

/**
 * Sets an event's consent to a purpose, where the connector reads it: in `context.consent.canonical`, or in the older flat form
 * where the event has that. What stands in its way and is no object gives way; all else stays as it is.
 *
 * @returns a changed copy, or the event itself where it says so already
 */
export function setConsent(event: JsonObject, purpose: ConsentPurpose, consent: Consent): JsonObject {
  if (readConsent(event, purpose) === consent) return event;
  const copy = structuredClone(event);
  const view = viewOf(inside(inside(copy, "context"), "consent"));
  if (consent === "missing") Reflect.deleteProperty(view, purpose);
  else view[purpose] = consent === "granted";
  return copy;
}

function viewOf(consent: JsonObject): JsonObject {
  const flat = CONSENT_PURPOSES.some((purpose) => Object.hasOwn(consent, purpose));
  return flat && !Object.hasOwn(consent, "canonical") ? consent : inside(consent, "canonical");
}

/** The object at a name; a new one where there is none. */
function inside(parent: JsonObject, name: string): JsonObject {
  const found = Object.hasOwn(parent, name) ? parent[name] : undefined;
  if (isJsonObject(found)) return found;
  const made: JsonObject = {};
  parent[name] = made;
  return made;
}
