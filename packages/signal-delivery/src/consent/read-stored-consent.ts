import type { ConsentPurpose, StoredConsent } from "@datafly/signal-connector-kit";

import type { FlagPath } from "./flag-path.js";
import type { KeyTemplate } from "./key-template.js";
import { ownProperty } from "./own-property.js";

/** Where consent stands: in the entry of which key, and where in it. */
export interface ConsentPlace {
  readonly key: KeyTemplate;
  readonly path: FlagPath;
}

/** What a store says of an event's consent. */
export interface ReadConsent extends StoredConsent {
  /** Nobody was asked, since the event does not tell for whom. */
  readonly unasked?: true;
}

/** The entry of a key as JSON, or why there is nothing to read a flag from. */
export type StoredEntry = { readonly value: unknown } | { readonly unusable: string };

/**
 * Looks up an event's consent in a store of entries. Granted is the literal `true` and nothing else.
 *
 * @param store what to call the store in the evidence
 * @param read fetches the entry of a key; what it throws is thrown on
 */
export async function readStoredConsent(
  store: string,
  place: ConsentPlace,
  { event, purpose }: { readonly event: unknown; readonly purpose: ConsentPurpose },
  read: (key: string) => Promise<StoredEntry>,
): Promise<ReadConsent> {
  const rendered = place.key(event);
  if ("lacks" in rendered) {
    return { granted: false, evidence: `${store}: the event has no ${rendered.lacks}`, unasked: true };
  }
  const entry = await read(rendered.key);
  if ("unusable" in entry) return { granted: false, evidence: `${store}: ${entry.unusable}` };
  const path = place.path(purpose);
  const flag = path.reduce(ownProperty, entry.value);
  return { granted: flag === true, evidence: `${store} ${path.join(".") || "entry"} ${describe(flag)}` };
}

/** Other values are not repeated: there is no telling what they hold. */
function describe(flag: unknown): string {
  if (typeof flag === "boolean") return `= ${String(flag)}`;
  return flag === undefined ? "is missing" : "is neither true nor false";
}
