import { isUtf8 } from "node:buffer";

import type { UnreadableRecord } from "../stream/event-source.js";
import { withoutAmbiguousConsent } from "../json/consent-keys.js";
import { hasInexactNumbers, parseExactly } from "../json/exact-json.js";

/** Nested deeper than this, an event is an accident or an attack; to write it as JSON could overflow the stack. */
const MAX_DEPTH = 500;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * An event, or why the bytes are none: the rest of a sentence that begins with what they are. With the text if the event does not
 * hold all of it: some of its numbers became texts.
 */
export type ParsedEvent = { readonly event: unknown; readonly line?: string } | { readonly problem: string };

/** Reads an event from bytes; `undefined` if there is nothing but blanks. */
export function parseEvent(bytes: Buffer): ParsedEvent | undefined {
  let text: string;
  try {
    text = utf8.decode(bytes).trim();
  } catch {
    return { problem: "is not UTF-8" };
  }
  if (text === "") return undefined;
  let event: unknown;
  try {
    event = parseExactly(text);
  } catch {
    return { problem: "is not JSON" };
  }
  if (isDeeperThan(MAX_DEPTH, event)) return { problem: "is nested too deeply" };
  return { event: withoutAmbiguousConsent(text, event), ...(hasInexactNumbers(text) && { line: text }) };
}

/** Bytes that are no event, to be kept: as a text, and where that does not hold all of them, as they are, too. */
export function lineOf(bytes: Buffer): Pick<UnreadableRecord, "line" | "lineBase64"> {
  return { line: bytes.toString(), ...(!isUtf8(bytes) && { lineBase64: bytes.toString("base64") }) };
}

function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeperThan(depth - 1, member));
}
