import type { NearMiss, Planner } from "@datafly/signal-connector-kit";

import { printable } from "../text/printable.js";

/** So many names are told apart; the events of all others are counted together. */
const MAX_NAMES = 1_000;
/** So many names are shown. */
const SHOWN_NAMES = 5;
/** A name that is longer is cut. */
const MAX_LENGTH = 60;

/** The reasons of events that are not mapped, or cannot be. */
const NOT_MAPPED: ReadonlySet<string> = new Set(["event_not_mapped", "invalid_event", "invalid_json", "ended_runs"]);

/** Counts the events that are not mapped, by their names, for a run in which not one is. */
export class UnmappedEvents {
  readonly #counts = new Map<string | null, number>();
  #others = 0;
  #isMapped = false;

  /**
   * @param name `null` for an event without a name, or with one that may not be shown
   * @param reason why the event was not delivered; `undefined` if it was
   */
  add(name: string | null, reason: string | undefined): void {
    if (reason === undefined || !NOT_MAPPED.has(reason)) this.#isMapped = true;
    if (this.#isMapped || reason !== "event_not_mapped") return;
    const count = this.#counts.get(name);
    if (count === undefined && this.#counts.size >= MAX_NAMES) this.#others += 1;
    else this.#counts.set(name, (count ?? 0) + 1);
  }

  /** Returns how many events of which names were dropped, if not one event is mapped; `undefined` otherwise. */
  line(planner: Planner): string | undefined {
    if (this.#isMapped || this.#counts.size === 0) return undefined;
    const names = [...this.#counts].map(([name, count]) => ({ name, count, hint: hintFor(name, planner) }));
    // A name with a hint is the one to see.
    names.sort((a, b) => Number(b.hint !== "") - Number(a.hint !== "") || b.count - a.count);
    const shown = names
      .slice(0, SHOWN_NAMES)
      .map(({ name, count, hint }) => `${count} ${name === null ? "without a name" : quotedName(name)}${hint}`);
    const rest = names.slice(SHOWN_NAMES).reduce((sum, { count }) => sum + count, this.#others);
    if (rest > 0) shown.push(`${rest} of other names`);
    return `Not one event is mapped. Dropped: ${shown.join(", ")}.`;
  }
}

/** What was most likely meant, as part of a sentence: ` (did you mean "Demo Requested"?)`; empty if that is not known. */
function hintFor(name: string | null, planner: Planner): string {
  if (name === null) return "";
  if (planner.events.includes(name)) return ' (of a type other than "track")';
  return didYouMean(planner.nearMiss?.({ type: "track", event: name }));
}

/** What was most likely meant, as part of a sentence; empty if that is not known. */
export function didYouMean(miss: NearMiss | undefined): string {
  return miss === undefined
    ? ""
    : ` (did you mean ${miss.path === "type" ? "the type " : ""}${quotedName(miss.meant)}?)`;
}

/** A name in quotes, safe to show, and cut if it is long. */
function quotedName(name: string): string {
  return JSON.stringify(printable(name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH)}…` : name));
}
