import { COUNTRIES } from "./countries.js";
import { isJsonObject, type JsonObject } from "./json-object.js";
import { jsonText } from "./json-text.js";
import { parseJson } from "./parsed-json.js";
import { INITIAL_STATE, type PlaygroundState } from "./state.js";

/** How a link's fragment begins: its version, so that a later page still reads the links of this one. */
const VERSION = "#v1.";
/** A fragment of any version. Others, such as those of headings, are none of ours. */
const ANY_VERSION = /^#v\d+\./;
/** The longest fragment that is made or read, in characters. Most programs and forms take addresses of that length. */
const MAX_LENGTH = 16_384;

/** What a fragment holds: nothing of ours, a state, or something that cannot be read. */
export type ReadLink =
  { readonly kind: "none" | "unreadable" } | { readonly kind: "state"; readonly state: PlaygroundState };

/**
 * Writes a state as the fragment of an address: its version, and what differs from the page's beginning as JSON in base64url.
 *
 * @returns `undefined` for a state that is too long for a link
 */
export function writeLink(state: PlaygroundState): string | undefined {
  const content: Record<string, unknown> = {};
  if (state.event !== INITIAL_STATE.event) content.event = pack(state.event);
  if (state.deduplicate !== INITIAL_STATE.deduplicate) content.deduplicate = state.deduplicate;
  if (state.defaultCountry !== INITIAL_STATE.defaultCountry) content.defaultCountry = state.defaultCountry;
  if (state.blueprint !== undefined) content.blueprint = pack(state.blueprint);
  if (Object.keys(content).length === 0) return "";

  const fragment = VERSION + toBase64Url(JSON.stringify(content));
  return fragment.length <= MAX_LENGTH ? fragment : undefined;
}

/** Reads the fragment of an address. It comes from anybody: whatever is not as it is written is unreadable. */
export function readLink(fragment: string): ReadLink {
  if (!ANY_VERSION.test(fragment)) return { kind: "none" };
  if (!fragment.startsWith(VERSION) || fragment.length > MAX_LENGTH) return { kind: "unreadable" };
  try {
    const content: unknown = JSON.parse(fromBase64Url(fragment.slice(VERSION.length)));
    const state = isJsonObject(content) ? toState(content) : undefined;
    return state ? { kind: "state", state } : { kind: "unreadable" };
  } catch {
    return { kind: "unreadable" };
  }
}

function toState(content: JsonObject): PlaygroundState | undefined {
  const { deduplicate, defaultCountry, ...texts } = { ...INITIAL_STATE, ...content };
  const event = unpack(texts.event);
  const blueprint = unpack(texts.blueprint);
  if (event === undefined || typeof deduplicate !== "boolean") return undefined;
  if (defaultCountry !== "" && !COUNTRIES.some(({ code }) => code === defaultCountry)) return undefined;
  if (blueprint === undefined && texts.blueprint !== undefined) return undefined;
  return { event, deduplicate, defaultCountry, blueprint };
}

/** A text that is JSON as this page writes it goes without its blanks and quotes: as the object that it is. */
function pack(text: string): unknown {
  const { value } = parseJson(text);
  return isJsonObject(value) && jsonText(value) === text ? value : text;
}

function unpack(packed: unknown): string | undefined {
  if (isJsonObject(packed)) return jsonText(packed);
  return typeof packed === "string" ? packed : undefined;
}

function toBase64Url(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): string {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}
