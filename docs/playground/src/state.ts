import { EXAMPLES, exampleText } from "./examples.js";

/** What a person has put into the page. The result follows from it. */
export interface PlaygroundState {
  /** The text of the event, be it JSON or not. */
  readonly event: string;
  /** As in `PlanSettings`. */
  readonly deduplicate: boolean;
  /** As in `PlanSettings`; empty for none. */
  readonly defaultCountry: string;
  /** The text of a blueprint of one's own, be it one or not; `undefined` for the default. */
  readonly blueprint: string | undefined;
}

/** What the page begins with. */
export const INITIAL_STATE: PlaygroundState = {
  event: exampleText(EXAMPLES[0]),
  deduplicate: true,
  defaultCountry: "",
  blueprint: undefined,
};
