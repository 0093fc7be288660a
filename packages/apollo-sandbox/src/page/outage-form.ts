import type { Outage } from "../outage.js";
import { byId, element, fill } from "./element.js";
import { endOutage, startOutage } from "./sandbox-calls.js";

interface OutageChoice {
  readonly label: string;
  readonly outage: Outage;
}

/** The outages that a client should have met. The API knows more of them. */
const choices: readonly OutageChoice[] = [
  { label: "A gateway’s page (503)", outage: {} },
  { label: "503, and a wait of 60 seconds is asked for", outage: { retryAfter: 60 } },
  { label: "A gateway’s page (502)", outage: { status: 502 } },
  { label: "Every connection is reset", outage: { reset: true } },
];

/** Lets a person take Apollo away and bring it back. `attempt` runs a call, and says how it went. */
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

/** Shows whether Apollo is away, and how; `null` while it is there. */
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
  return `every request is answered with ${status}${wait}`;
}
