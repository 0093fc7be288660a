import { visibleText } from "./visible-text.js";

/** What an element may contain. Text is only ever text: none of it becomes markup. */
export type Child = Node | string | false | null | undefined;

/** Makes an element with these attributes and children. An attribute that is `false` is left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | boolean>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  fill(made, ...children);
  return made;
}

/** Puts these children in place of what an element contains. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(
    ...children
      .filter((child) => child !== false && child !== null && child !== undefined)
      .map((child) => (typeof child === "string" ? document.createTextNode(visibleText(child)) : child)),
  );
}

/** A value from outside, kept apart from its surroundings: right-to-left text turns nothing but itself. */
export function foreign(text: string): HTMLElement {
  return element("bdi", {}, text);
}

/** A button that does this. */
export function button(
  attributes: Readonly<Record<string, string | boolean>>,
  label: Child,
  act: () => void,
): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", act);
  return made;
}

/** The element of the page with this id. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} with the id ${id}.`);
}
