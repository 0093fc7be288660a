import { deepFreeze } from "../object/deep-freeze.js";
import { readPath } from "../event/path.js";

/** The purposes of Signal's canonical consent vocabulary. */
export const CONSENT_PURPOSES = /* @__PURE__ */ deepFreeze([
  "essential",
  "functional",
  "analytics",
  "marketing",
  "personalization",
] as const);

/** A purpose that a person can consent to, in Signal's canonical vocabulary. */
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];

/** What an event says of a person's consent to a purpose. */
export type Consent = "granted" | "denied" | "missing";

/**
 * Reads an event's consent to a purpose from `context.consent.canonical`, or from the older flat form
 * `context.consent.<purpose>` where `canonical` is not there at all.
 *
 * Granted is the literal `true` and nothing else. `denied` is the literal `false`. Whatever else stands there (nothing,
 * `null`, `"true"`, `1`, an object) says nothing that could be relied on: `missing`.
 */
export function readConsent(event: unknown, purpose: ConsentPurpose): Consent {
  const { flag } = findFlag(event, purpose);
  if (flag === true) return "granted";
  return flag === false ? "denied" : "missing";
}

/**
 * What an event says of a person's consent, and where, in a text for records: `context.consent.canonical.marketing = true`.
 * Holds no personal data: of a flag that is neither `true` nor `false` it says only that.
 */
export function consentEvidence(event: unknown, purpose: ConsentPurpose): string {
  const { path, flag } = findFlag(event, purpose);
  const said = typeof flag === "boolean" ? String(flag) : flag === undefined ? "absent" : "neither true nor false";
  return `context.consent.${path.join(".")} = ${said}`;
}

function findFlag(event: unknown, purpose: ConsentPurpose): { path: readonly string[]; flag: unknown } {
  const consent = readPath(event, ["context", "consent"]);
  // Inherited counts as there: in doubt, the flat form does not speak.
  const hasCanonical = typeof consent === "object" && consent !== null && "canonical" in consent;
  const path = hasCanonical ? ["canonical", purpose] : [purpose];
  return { path, flag: readPath(consent, path) };
}
