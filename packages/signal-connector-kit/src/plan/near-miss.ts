import { isSignalEvent } from "../event/event.js";
import { withoutSpelling } from "./spelling.js";

/** Part of an event that is almost what the blueprint maps, so that the event is dropped. */
export interface NearMiss {
  /** Where it is in the event. */
  readonly path: "event" | "type";
  /** What is there. */
  readonly found: string;
  /** What was most likely meant. */
  readonly meant: string;
}

/**
 * Finds out whether an event is dropped for the spelling of its name or type: `Demo_Requested` for `Demo Requested`, `Track` for
 * `track`. Pure, and never throws because of the event. For reports: an event is mapped by its exact name only.
 *
 * @param events the names of the events that are mapped
 * @returns `undefined` if the event is mapped, is not an event, or is not like one of those
 */
export function findNearMiss(event: unknown, events: ReadonlySet<string>): NearMiss | undefined {
  try {
    if (!isSignalEvent(event)) return undefined;
    const { type, event: name } = event;
    if (withoutSpelling(type.slice(0, MAX_LENGTH)) !== "track" || typeof name !== "string") return undefined;
    const meant = events.has(name) ? name : similarName(name, [...events]);
    if (meant === undefined || (meant === name && type === "track")) return undefined;
    return meant === name ? { path: "type", found: type, meant: "track" } : { path: "event", found: name, meant };
  } catch {
    return undefined;
  }
}

/** Longer names are not compared. */
const MAX_LENGTH = 100;
/** So many letters of all words may differ. */
const MAX_EDITS = 2;
/** In shorter words, another letter makes another word: `in`, `up`. */
const MIN_LENGTH_FOR_EDIT = 4;

/**
 * The name that was most likely meant: the same in another spelling, with other endings or in another order of its words, or with a
 * slip in a word. `Signed In` is not like `Signed Up`.
 */
function similarName(name: string, names: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const candidates = names.filter(({ length }) => length <= MAX_LENGTH);
  return (
    candidates.find((one) => withoutSpelling(one) === withoutSpelling(name) && withoutSpelling(name) !== "") ??
    candidates.find((one) => stemsOf(one) === stemsOf(name) && stemsOf(name) !== "") ??
    candidates.find((one) => differInSlips(wordsOf(one), wordsOf(name)))
  );
}

function wordsOf(name: string): string[] {
  return name
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, " ")
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map(withoutSpelling)
    .filter((word) => word !== "");
}

/** The words without their English endings, in one order. */
function stemsOf(name: string): string {
  return wordsOf(name)
    .map((word) => word.replace(/(?<=...)(?:ing|ed|es|e|s)$/, ""))
    .sort()
    .join("");
}

function differInSlips(words: readonly string[], others: readonly string[]): boolean {
  if (words.length !== others.length) return false;
  const different = words.map((word, index) => [word, others[index] ?? ""] as const).filter(([a, b]) => a !== b);
  return different.length <= MAX_EDITS && different.every(differInOneSlip);
}

/** Whether one letter is missing, added or another, or two of them are swapped. A first letter that differs makes another word. */
function differInOneSlip([a, b]: readonly [string, string]): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < MIN_LENGTH_FOR_EDIT || long.length - short.length > 1 || !long.startsWith(short.charAt(0))) {
    return false;
  }
  let at = 0;
  while (at < short.length && short.charAt(at) === long.charAt(at)) at++;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  const isSwapped = short.charAt(at) === long.charAt(at + 1) && short.charAt(at + 1) === long.charAt(at);
  return short.slice(at + 1) === long.slice(at + 1) || (isSwapped && short.slice(at + 2) === long.slice(at + 2));
}
