import { element } from "./element.js";

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** A moment as its time of day; the whole of it is in the tooltip. */
export function timeElement(at: string): HTMLElement {
  return element("time", { datetime: at, title: at }, clock.format(new Date(at)));
}

/** A duration in its largest whole unit. */
export function durationText(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
