import { byId } from "./element.js";

/** How many rows are shown at first, and how many more at a time. */
const pageLength = 50;

/** One row of a list. */
export interface Row<Item> {
  readonly node: HTMLElement;
  /** What takes the focus when the row is gone to. */
  readonly target: HTMLElement;
  /** Fills the row. The target stays the same element. */
  render(item: Item): void;
}

interface RowListOptions<Item> {
  /** The element that holds the rows, behind what it holds already. */
  readonly container: HTMLElement;
  readonly moreButton: string;
  readonly keyOf: (item: Item) => string;
  readonly createRow: () => Row<Item>;
}

/** A list of which a bounded part is shown. A row stays the same element while the list changes around it. */
export class RowList<Item> {
  readonly #options: RowListOptions<Item>;
  readonly #more: HTMLButtonElement;
  readonly #rows = new Map<string, { readonly row: Row<Item>; item: Item }>();
  readonly #fixedChildren: number;
  #items: readonly Item[] = [];
  #length = pageLength;

  constructor(options: RowListOptions<Item>) {
    this.#options = options;
    this.#fixedChildren = options.container.childElementCount;
    this.#more = byId(options.moreButton, HTMLButtonElement);
    this.#more.addEventListener("click", () => {
      const firstNew = this.#items[this.#length];
      this.#length += pageLength;
      this.show(this.#items);
      if (firstNew !== undefined) this.#rows.get(options.keyOf(firstNew))?.row.target.focus();
    });
  }

  /** Shows the first of these items. A row is filled again only if its item is another object than before. */
  show(items: readonly Item[]): void {
    this.#items = items;
    const shown = items.slice(0, this.#length);
    const focused = document.activeElement;
    const { container, keyOf } = this.#options;

    const keys = new Set(shown.map(keyOf));
    for (const [key, { row }] of this.#rows) {
      if (keys.has(key)) continue;
      row.node.remove();
      this.#rows.delete(key);
    }
    let place = container.children[this.#fixedChildren] ?? null;
    for (const item of shown) {
      const { node } = this.#rowOf(item);
      if (node === place) place = node.nextElementSibling;
      else container.insertBefore(node, place);
    }
    // A row that was moved has lost the focus.
    if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) focused.focus();

    const left = items.length - shown.length;
    this.#more.hidden = left === 0;
    this.#more.textContent = `Show ${Math.min(left, pageLength)} more of ${left.toLocaleString()}`;
  }

  #rowOf(item: Item): Row<Item> {
    const key = this.#options.keyOf(item);
    const known = this.#rows.get(key);
    if (known?.item === item) return known.row;
    const row = known?.row ?? this.#options.createRow();
    row.render(item);
    this.#rows.set(key, { row, item });
    return row;
  }
}
