import { MAX_LENGTHS } from "../normalise/field-rule.js";
import { namePart } from "../normalise/name-part.js";
import { isPlaceholder } from "../normalise/placeholder.js";
import { readText } from "../normalise/text.js";
import type { ValueChange } from "./compiled-blueprint.js";

/** Takes a part of a value, and looks it up in a value map. What is not a text, or is too long, stays for the field to refuse. */
export function changedValue(raw: unknown, { part, valueMap }: ValueChange): unknown {
  const text = typeof raw === "boolean" ? String(raw) : readText(raw, MAX_LENGTHS.text)?.value;
  if (text === undefined) return raw;
  // In parts, a placeholder would look like a name: Not Available.
  if (part !== undefined && isPlaceholder(text, "name")) return text;
  const taken = part === undefined ? text : namePart(text, part);
  if (taken === undefined) return undefined;
  const mapped = valueMap.get(taken);
  if (mapped !== undefined) return mapped;
  return part === undefined ? raw : taken;
}
