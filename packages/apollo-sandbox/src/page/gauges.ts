import type { PageUpdate } from "../page-update.js";
import type { WindowUsage } from "../quota.js";
import { byId, element, fill } from "./element.js";
import { durationText } from "./time.js";

type Usage = PageUpdate["usage"];

const windows = [
  { name: "minute", label: "This minute" },
  { name: "hour", label: "This hour" },
  { name: "day", label: "This day" },
] as const satisfies readonly { name: keyof Usage; label: string }[];

/** The gauges of the three quota windows. They count down automatically. */
export class Gauges {
  readonly #gauges = windows.map(({ name, label }) => ({ name, ...gauge(label) }));
  #usage: Usage | undefined;
  #toldAtMs = 0;

  constructor() {
    fill(byId("gauges", HTMLElement), ...this.#gauges.map(({ node }) => node));
    setInterval(() => {
      this.#render();
    }, 1000);
  }

  show(usage: Usage): void {
    this.#usage = usage;
    this.#toldAtMs = performance.now();
    this.#render();
  }

  #render(): void {
    const usage = this.#usage;
    if (usage === undefined) return;
    for (const { name, render } of this.#gauges) render(later(usage[name], performance.now() - this.#toldAtMs));
  }
}

/** A window some time later, if there was no call in between. */
function later(window: WindowUsage, passedMs: number): WindowUsage {
  if (window.resetsInMs === null) return window;
  const resetsInMs = window.resetsInMs - passedMs;
  return resetsInMs > 0 ? { ...window, resetsInMs } : { ...window, used: 0, left: window.limit, resetsInMs: null };
}

function gauge(label: string) {
  const counts = element("span", { class: "counts" });
  const resets = element("span", { class: "resets" });
  const level = element("div", { class: "level" });
  const meter = element("div", { class: "meter", role: "meter", "aria-label": label, "aria-valuemin": "0" }, level);
  const node = element("div", { class: "gauge" }, element("span", { class: "window" }, label), counts, meter, resets);
  const render = ({ limit, used, resetsInMs }: WindowUsage) => {
    const share = limit === null ? 0 : limit === 0 ? 1 : Math.min(1, used / limit);
    const text = limit === null ? `${used}, no limit` : `${used} of ${limit.toLocaleString()}`;
    fill(counts, text);
    fill(resets, resetsInMs === null ? "starts with the next call" : `resets in ${durationText(resetsInMs)}`);
    meter.setAttribute("aria-valuemax", String(limit ?? Math.max(used, 1)));
    meter.setAttribute("aria-valuenow", String(Math.min(used, limit ?? used)));
    meter.setAttribute("aria-valuetext", `${text} calls`);
    level.style.width = `${share * 100}%`;
    level.classList.toggle("full", share === 1);
  };
  return { node, render };
}
