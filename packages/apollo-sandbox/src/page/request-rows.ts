import type { RecordedRequest } from "../request-log.js";
import type { RequestRow } from "../page-update.js";
import { changeList } from "./change-list.js";
import { element, fill, foreign } from "./element.js";
import { faultText, outcomeText, statusText } from "./outcome.js";
import type { Row } from "./row-list.js";
import { fetchRequest } from "./sandbox-calls.js";
import { timeElement } from "./time.js";

/** An entry of the table of requests: a row, and under it, once it is opened, the details. */
export function requestRows(): Row<RequestRow> {
  const toggle = element("button", { type: "button", class: "number", "aria-expanded": "false" });
  const time = element("span", { class: "time" });
  const status = element("span", { class: "status" });
  const person = element("span", { class: "person" });
  const outcome = element("span", { class: "outcome" });
  const duration = element("td", { class: "duration" });
  const row = element(
    "tr",
    { class: "request" },
    element("th", { scope: "row" }, toggle, time),
    element("td", {}, status),
    element("td", {}, person, outcome),
    duration,
  );
  const details = element("td", { colspan: "4" });
  const detailsRow = element("tr", { class: "details", hidden: true }, details);
  const node = element("tbody", {}, row, detailsRow);

  let request: RequestRow | undefined;
  const open = (opened: boolean) => {
    toggle.setAttribute("aria-expanded", String(opened));
    detailsRow.hidden = !opened;
    if (opened && request !== undefined) void showDetails(details, request.number);
  };
  // The whole row can be clicked, but not by selecting text in it; the button is for the keyboard and for screen readers.
  row.addEventListener("click", ({ target }) => {
    if (target === toggle || getSelection()?.isCollapsed !== false) open(detailsRow.hidden);
  });
  node.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || detailsRow.hidden) return;
    open(false);
    toggle.focus();
  });

  return {
    node,
    target: toggle,
    render: (next) => {
      request = next;
      const { number, at, durationMs, person: who } = next;
      fill(toggle, `#${number}`);
      toggle.setAttribute("aria-label", `Request #${number}`);
      fill(time, timeElement(at));
      fill(status, statusText(next));
      status.dataset.kind = statusKind(next);
      fill(
        person,
        who.name !== "" && foreign(who.name),
        who.email !== "" && element("span", { class: "email" }, foreign(who.email)),
        who.name === "" && who.email === "" && element("em", {}, `${next.method} `, foreign(next.path)),
      );
      const fault = faultText(next);
      fill(outcome, foreign(outcomeText(next)), fault !== "" && element("span", { class: "fault" }, fault));
      fill(duration, durationMs === null ? "" : `${durationMs} ms`);
      if (!detailsRow.hidden) void showDetails(details, number);
    },
  };
}

function statusKind({ status, durationMs }: RequestRow): string {
  if (status === null) return durationMs === null ? "pending" : "bad";
  return status < 300 ? "good" : "bad";
}

async function showDetails(place: HTMLElement, number: number): Promise<void> {
  try {
    fill(place, ...sections(await fetchRequest(number)));
  } catch (error) {
    fill(place, element("p", {}, error instanceof Error ? error.message : String(error)));
  }
}

function sections(request: RecordedRequest): HTMLElement[] {
  const { number, method, path, body, answer, changes, contactId, contentType } = request;
  const sections = [
    section(
      "Request",
      `${method} ${path}`,
      code(`Request ${number}: body`, body === null ? noBody(contentType) : pretty(body)),
    ),
    section(
      "Response",
      answerSummary(request),
      answer === null ? null : code(`Request ${number}: response`, prettyText(answer.body)),
    ),
  ];
  if (answer?.cut === true) sections.push(element("p", {}, "The response is longer; only its beginning is kept."));
  if (changes === undefined) return sections;
  const what = changes.length === 0 ? element("p", {}, "Nothing.") : changeList(changes);
  return [...sections, section("Changed", `contact ${contactId ?? ""}`, what)];
}

function section(title: string, summary: string, content: HTMLElement | null): HTMLElement {
  return element(
    "section",
    {},
    element("h3", {}, title, " ", element("span", { class: "summary" }, foreign(summary))),
    content,
  );
}

function answerSummary({ status, durationMs, answer }: RecordedRequest): string {
  if (durationMs === null) return "none yet";
  if (status === null) return "none: the connection was reset";
  return `${status} ${answer?.contentType ?? ""} after ${durationMs} ms`;
}

function noBody(contentType: string | null): string {
  return contentType === null ? "No body" : `Not JSON (${contentType})`;
}

/** Code that may be too long for its place scrolls, and by keyboard, too. */
function code(label: string, text: string): HTMLElement {
  return element("pre", { tabindex: "0", role: "region", "aria-label": label }, text === "" ? "No body" : text);
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function prettyText(text: string): string {
  try {
    return pretty(JSON.parse(text));
  } catch {
    return text;
  }
}
