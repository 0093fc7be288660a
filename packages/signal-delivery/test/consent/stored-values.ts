import { fc } from "@fast-check/vitest";

/** What can stand in the entry of a person, as JSON; whether it grants marketing; and the evidence. */
export const STORED_VALUES: readonly [json: string, granted: boolean, evidence: string][] = [
  ['{"canonical":{"marketing":true}}', true, "canonical.marketing = true"],
  ['{"canonical":{"marketing":true,"analytics":false},"categories":{}}', true, "canonical.marketing = true"],
  ['{"canonical":{"marketing":false}}', false, "canonical.marketing = false"],
  // only the literal true grants
  ['{"canonical":{"marketing":"true"}}', false, "canonical.marketing is neither true nor false"],
  ['{"canonical":{"marketing":"jane@lead.example"}}', false, "canonical.marketing is neither true nor false"],
  ['{"canonical":{"marketing":1}}', false, "canonical.marketing is neither true nor false"],
  ['{"canonical":{"marketing":null}}', false, "canonical.marketing is neither true nor false"],
  ['{"canonical":{"marketing":{}}}', false, "canonical.marketing is neither true nor false"],
  ['{"canonical":{"marketing":{"granted":true}}}', false, "canonical.marketing is neither true nor false"],
  ['{"canonical":{"marketing":[true]}}', false, "canonical.marketing is neither true nor false"],
  // and only where it is to stand
  ['{"canonical":{"analytics":true}}', false, "canonical.marketing is missing"],
  ['{"canonical":{"Marketing":true}}', false, "canonical.marketing is missing"],
  ['{"canonical":{"__proto__":{"marketing":true}}}', false, "canonical.marketing is missing"],
  ['{"__proto__":{"canonical":{"marketing":true}}}', false, "canonical.marketing is missing"],
  ['{"canonical.marketing":true}', false, "canonical.marketing is missing"],
  ['{"canonical":true}', false, "canonical.marketing is missing"],
  ['{"canonical":null}', false, "canonical.marketing is missing"],
  ['{"canonical":"marketing"}', false, "canonical.marketing is missing"],
  ['{"marketing":true}', false, "canonical.marketing is missing"],
  ["{}", false, "canonical.marketing is missing"],
  ['[{"canonical":{"marketing":true}}]', false, "canonical.marketing is missing"],
  ["true", false, "canonical.marketing is missing"],
  ["null", false, "canonical.marketing is missing"],
  ["0", false, "canonical.marketing is missing"],
  ['"{\\"canonical\\":{\\"marketing\\":true}}"', false, "canonical.marketing is missing"],
];

/** The same where the entry is nothing but the flag. */
export const BARE_VALUES: readonly [json: string, granted: boolean, evidence: string][] = [
  ["true", true, "entry = true"],
  ["false", false, "entry = false"],
  ["1", false, "entry is neither true nor false"],
  ['"true"', false, "entry is neither true nor false"],
  ["null", false, "entry is neither true nor false"],
  ['{"canonical":{"marketing":true}}', false, "entry is neither true nor false"],
];

const flag = fc.oneof(fc.boolean(), fc.jsonValue());
const canonical = fc.oneof(fc.record({ marketing: flag }, { requiredKeys: [] }), fc.jsonValue());

/** Any JSON, often nearly what grants. */
export const anyEntry = fc.oneof(fc.record({ canonical }), fc.record({ canonical, marketing: flag }), fc.jsonValue());

/** Said in another way than by the code under test: by what the JSON reads like. */
export function isGranted(entry: unknown): boolean {
  const canonical = (entry as { canonical?: { marketing?: unknown } | null } | null)?.canonical;
  return JSON.stringify(canonical?.marketing) === "true";
}
