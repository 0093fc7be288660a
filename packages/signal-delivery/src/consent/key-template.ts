import { UsageError } from "../usage-error.js";
import { ownProperty } from "./own-property.js";

/** Under which key the consent of an event's person is stored. */
export type KeyTemplate = (event: unknown) => RenderedKey;

/** A key (personal data, not for logs), or which identifiers an event would need to have one. */
export type RenderedKey = { readonly key: string } | { readonly lacks: string };

/** Where Signal keeps the consent of a visitor unless said otherwise. */
export const DEFAULT_KEY_TEMPLATE = "consent:{anonymousId}";

const IDENTIFIERS = new Set(["userId", "anonymousId", "groupId"]);

/**
 * Reads a template: text with identifiers of the event in it. `{userId}` stands for that identifier,
 * `{userId|anonymousId}` for the first of them that the event has.
 *
 * @throws UsageError if it is none, or has no identifier in it: all people would share one entry
 */
export function parseKeyTemplate(template: string): KeyTemplate {
  // The capture stands between the texts around it: even positions are text, odd ones are placeholders.
  const parts = template.split(/\{([^{}]*)\}/);
  const isText = (position: number) => position % 2 === 0;
  const isRight = (part: string, position: number) =>
    isText(position) ? !/[{}]/.test(part) : part.split("|").every((name) => IDENTIFIERS.has(name));
  if (parts.length === 1 || !parts.every(isRight)) {
    throw new UsageError(
      `Write --consent-key as a text with {userId}, {anonymousId} or {groupId} in it, or {userId|anonymousId} for the first that is there, such as ${DEFAULT_KEY_TEMPLATE}.`,
    );
  }
  return (event) => {
    let key = "";
    for (const [position, part] of parts.entries()) {
      const text = isText(position) ? part : firstIdentifier(event, part.split("|"));
      if (text === undefined) return { lacks: part.replaceAll("|", " or ") };
      key += text;
    }
    return { key };
  };
}

function firstIdentifier(event: unknown, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = ownProperty(event, name);
    // As it stands, untrimmed: it must be the key that was written.
    if (typeof value === "string" && value.trim() !== "") return value;
    // A number beyond the safe integers has lost digits when it was parsed, and would be somebody else's.
    if (Number.isSafeInteger(value)) return String(value);
  }
  return undefined;
}
