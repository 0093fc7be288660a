// Before anything that uses zod.
import "./zod-without-compiler.js";

import { Address, linkTo } from "./address.js";
import { Controls } from "./controls.js";
import { copyOnClick } from "./copy-button.js";
import { find } from "./element.js";
import type { ReadLink } from "./link.js";
import { resultOf } from "./result.js";
import { showResult } from "./result-view.js";
import { INITIAL_STATE, type PlaygroundState } from "./state.js";

/**
 * Starts the playground in the page, which holds its elements.
 *
 * @returns a function that stops it, for when the page is left
 */
export function startPlayground(): () => void {
  let state: PlaygroundState = INITIAL_STATE;

  const unreadable = find("unreadable", HTMLElement);
  const copyLink = find("copy-link", HTMLButtonElement);
  const tooLong = find("too-long", HTMLElement);
  const address = new Address(open);
  const controls = new Controls(
    () => state,
    (change, how) => {
      state = { ...state, ...change };
      unreadable.hidden = true;
      if (how === "typed") address.replace(state);
      else address.push(state);
      show();
    },
  );

  copyOnClick(copyLink, () => linkTo(state) ?? "");
  open(address.read());
  return () => {
    address.close();
  };

  function open(link: ReadLink): void {
    state = link.kind === "state" ? link.state : INITIAL_STATE;
    unreadable.hidden = link.kind !== "unreadable";
    show();
  }

  function show(): void {
    const result = resultOf(state);
    controls.show(state, result);
    showResult(result);
    tooLong.hidden = linkTo(state) !== undefined;
    copyLink.disabled = !tooLong.hidden;
  }
}
