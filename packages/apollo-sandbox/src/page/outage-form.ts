import type { Outage } from "../outage.js";
import { byId, element, fill } from "./element.js";
import { endOutage, startOutage } from "./sandbox-calls.js";

interface OutageChoice {
  readonly label: string;
  readonly outage: Outage;
}

/** Outages that a client should be tested with. The admin API offers more. */
const choices: readonly OutageChoice[] = [
  { label: "A gateway’s page (503)", outage: {} },
  { label: "A gateway’s page (503) that asks for a wait of 60 seconds", outage: { retryAfter: 60 } },
  { label: "A gateway’s page (502)", outage: { status: 502 } },
  { label: "Every connection is reset", outage: { reset: true } },
];

/** Lets a person start and end an outage. `attempt` runs a call and reports its result. */
export function startOutageForm(attempt: (call: () => Promise<void>, done: string) => Promise<void>): void {
  const panel = byId("outage-panel", HTMLElement);
  const choice = byId("outage", HTMLSelectElement);
  fill(choice, ...choices.map(({ label }, index) => element("option", { value: String(index) }, label)));
  byId("outage-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = choices[Number(choice.value)];
    if (chosen === undefined) return;
    panel.hidePopover();
    void attempt(() => startOutage(chosen.outage), `Apollo is away. ${chosen.label}.`);
  });
  byId("end-outage", HTMLButtonElement).addEventListener("click", () => {
    void attempt(endOutage, "Apollo is back.");
  });
}

/** Shows the outage; `null` if there is none. */
export function showOutage(outage: Outage | null): void {
  byId("start-outage", HTMLButtonElement).hidden = outage !== null;
  byId("end-outage", HTMLButtonElement).hidden = outage === null;
  const line = byId("outage-now", HTMLElement);
  line.hidden = outage === null;
  fill(line, outage === null ? null : `Apollo is away: ${howOf(outage)}.`);
}

function howOf({ status = 503, retryAfter, reset = false }: Outage): string {
  if (reset) return "every connection is reset";
  const wait = retryAfter === undefined ? "" : `, retry-after ${retryAfter}`;
  return `every request gets ${status}${wait}`;
}
