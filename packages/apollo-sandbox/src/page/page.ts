import type { PageUpdate } from "../page-update.js";
import { plans } from "../plan.js";
import { ContactPane } from "./contact-pane.js";
import { byId, element, fill } from "./element.js";
import { showWaitingFaults, startFaultForm } from "./fault-form.js";
import { Gauges } from "./gauges.js";
import { Known } from "./known.js";
import { followSandbox } from "./live-updates.js";
import { showOutage, startOutageForm } from "./outage-form.js";
import { RequestPane } from "./request-pane.js";
import { reset, usePlan } from "./sandbox-calls.js";
import { Steps } from "./steps.js";

const search = byId("search", HTMLInputElement);
const planChoice = byId("plan", HTMLSelectElement);

const known = new Known();
const gauges = new Gauges();
const contacts = new ContactPane(known);
const requests = new RequestPane(known, render, say);
const steps = new Steps(searchFor, say);

/** How long a notice stays, in milliseconds. */
const noticeMs = 6000;
let noticeTimer: ReturnType<typeof setTimeout> | undefined;

let awaitsFrame = false;

/** Shows everything that has arrived, once per frame. */
function render(): void {
  if (awaitsFrame) return;
  awaitsFrame = true;
  requestAnimationFrame(() => {
    awaitsFrame = false;
    const text = search.value.trim().toLowerCase();
    contacts.show(text);
    requests.show(text);
    steps.show(known, text);
  });
}

function showSettings({ usage, plan, faults, outage }: PageUpdate): void {
  gauges.show(usage);
  showWaitingFaults(faults);
  showOutage(outage);
  planChoice.value = plan ?? "";
}

function searchFor(text: string): void {
  search.value = text;
  search.focus();
  render();
}

/** Shows the result of an action for some seconds. */
function say(text: string): void {
  const notice = byId("notice", HTMLElement);
  fill(notice, text);
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => {
    fill(notice);
  }, noticeMs);
}

async function attempt(call: () => Promise<void>, done: string): Promise<void> {
  try {
    await call();
    say(done);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

fill(
  planChoice,
  ...Object.keys(plans).map((name) => element("option", { value: name }, name)),
  // A sandbox that was started with custom limits has no name for them.
  element("option", { value: "", disabled: true, hidden: true }, "custom"),
);
planChoice.addEventListener("change", () => {
  const plan = planChoice.value;
  void attempt(() => usePlan(plan), `The plan is now ${plan}. Calls already counted stay counted.`);
});
byId("reset", HTMLButtonElement).addEventListener("click", () => {
  if (!confirm("Reset contacts, lists, requests, usage, faults and the outage?")) return;
  void attempt(reset, "Reset: contacts, lists, requests, usage, faults and the outage are gone.");
});
search.addEventListener("input", render);
startFaultForm(attempt);
startOutageForm(attempt);

followSandbox(
  (update) => {
    known.update(update);
    showSettings(update);
    render();
  },
  (connected) => {
    const line = byId("connection", HTMLElement);
    line.classList.toggle("live", connected);
    fill(line, connected ? "Live" : "Not connected. Is the sandbox still running?");
  },
);
