import type { Fault } from "../fault.js";
import type { WaitingFault } from "../page-update.js";
import { byId, element, fill } from "./element.js";
import { plantFault } from "./sandbox-calls.js";

interface FaultChoice {
  readonly label: string;
  readonly fault: Fault;
}

/** Faults that a client should be tested with. The admin API offers more. */
const choices: readonly FaultChoice[] = [
  { label: "429: too many requests, wait a second", fault: { kind: "status", status: 429 } },
  { label: "401: the key is not valid", fault: { kind: "status", status: 401 } },
  { label: "403: the key lacks the scope", fault: { kind: "status", status: 403 } },
  {
    label: "403: the plan has no API access",
    fault: { kind: "status", status: 403, body: { message: "This is only available to Apollo users on paid plans." } },
  },
  { label: "422: the parameters are wrong", fault: { kind: "status", status: 422 } },
  { label: "500: not processed", fault: { kind: "status", status: 500 } },
  { label: "503: but the contact is written", fault: { kind: "status", status: 503, written: true } },
  { label: "A gateway’s page (502)", fault: { kind: "html" } },
  { label: "Connection reset: the contact is written, the response is lost", fault: { kind: "reset", written: true } },
  { label: "Connection reset: not processed", fault: { kind: "reset", written: false } },
  { label: "A response that never ends", fault: { kind: "stall" } },
  { label: "A response that is 5 seconds late", fault: { kind: "slow", delayMs: 5000 } },
  { label: "A truncated response", fault: { kind: "garbage" } },
  { label: "An empty response", fault: { kind: "empty" } },
  { label: "A redirect", fault: { kind: "redirect", location: "/elsewhere" } },
];

/** Lets a person plant faults. `attempt` runs a call and reports its result. */
export function startFaultForm(attempt: (call: () => Promise<void>, done: string) => Promise<void>): void {
  const panel = byId("fault-panel", HTMLElement);
  const fault = byId("fault", HTMLSelectElement);
  const times = byId("times", HTMLInputElement);
  fill(fault, ...choices.map(({ label }, index) => element("option", { value: String(index) }, label)));
  byId("fault-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = choices[Number(fault.value)];
    if (choice === undefined) return;
    panel.hidePopover();
    void attempt(() => plantFault(choice.fault, times.valueAsNumber), `Planted. ${choice.label}.`);
  });
}

/** Shows which faults wait for requests. */
export function showWaitingFaults(faults: readonly WaitingFault[]): void {
  const line = byId("waiting-faults", HTMLElement);
  const words = faults
    .slice(0, 5)
    .map(
      ({ fault, times, endpoint }) =>
        `${nameOf(fault)} × ${times}${endpoint === undefined ? "" : " (adding to lists)"}`,
    );
  line.hidden = faults.length === 0;
  fill(line, `Planted faults: ${words.join(", then ")}${faults.length > 5 ? ", and more" : ""}`);
}

function nameOf(fault: Fault): string {
  const choice = choices.find(({ fault: known }) => JSON.stringify(known) === JSON.stringify(fault));
  return choice?.label ?? ("status" in fault ? `${fault.kind} ${fault.status ?? ""}` : fault.kind);
}
