import { readLink, writeLink, type ReadLink } from "./link.js";
import type { PlaygroundState } from "./state.js";

/** How long typing rests before the address is changed, in milliseconds. Browsers refuse too many changes. */
const REST_MS = 300;

/** Keeps the state in the address of the page, so that it outlives a reload and can be handed on. */
export class Address {
  #pending: PlaygroundState | undefined;
  #timer: number | undefined;
  readonly #closing = new AbortController();

  /** @param onOpen called when the person goes back or forward, or opens a link in this page */
  constructor(onOpen: (link: ReadLink) => void) {
    const { signal } = this.#closing;
    const onMove = () => {
      this.#forget();
      onOpen(this.read());
    };
    window.addEventListener("popstate", onMove, { signal });
    const onHide = () => {
      this.#flush();
    };
    window.addEventListener("pagehide", onHide, { signal });
  }

  /** Stops looking after the address: another page has it now. */
  close(): void {
    this.#forget();
    this.#closing.abort();
  }

  /** What the address holds. */
  read(): ReadLink {
    return readLink(window.location.hash);
  }

  /** Keeps what was typed, in the current step of the history. */
  replace(state: PlaygroundState): void {
    this.#pending = state;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#flush();
    }, REST_MS);
  }

  /** Keeps a choice that took the place of the text, as a step of its own: going back brings the text back. */
  push(state: PlaygroundState): void {
    this.#flush();
    window.history.pushState(null, "", linkTo(state) ?? page());
  }

  #flush(): void {
    const state = this.#pending;
    this.#forget();
    // A state that is too long is not kept; nor is the one before it, which would be another one.
    if (state) window.history.replaceState(null, "", linkTo(state) ?? page());
  }

  #forget(): void {
    window.clearTimeout(this.#timer);
    this.#pending = undefined;
  }
}

/** The address of this page with a state in it; `undefined` for one that is too long. */
export function linkTo(state: PlaygroundState): string | undefined {
  const fragment = writeLink(state);
  return fragment === undefined ? undefined : page() + fragment;
}

function page(): string {
  return window.location.href.replace(/#.*/s, "");
}
