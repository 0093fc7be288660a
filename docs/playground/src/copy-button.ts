import { element } from "./element.js";

/** How long a button says that it has copied, in milliseconds. */
const SAID_FOR_MS = 2_000;

/** Makes a button that copies a text. */
export function copyButton(label: string, text: () => string): HTMLButtonElement {
  const button = element("button", { type: "button" }, label);
  copyOnClick(button, text);
  return button;
}

/** Makes a button copy a text, and say so. */
export function copyOnClick(button: HTMLButtonElement, text: () => string): void {
  const label = button.textContent;
  let timer: number | undefined;
  button.addEventListener("click", () => {
    void copy(text()).then((copied) => {
      button.textContent = copied ? "Copied" : "Copying is not allowed";
      window.clearTimeout(timer);
      timer = window.setTimeout(() => (button.textContent = label), SAID_FOR_MS);
    });
  });
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The old way, for browsers that give pages from `file://` no clipboard. */
function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = element("textarea", { class: "offscreen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way without the clipboard API
  const copied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
