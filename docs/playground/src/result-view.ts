import { REASONS, type DeliverDecision } from "@datafly/signal-apollo-connector";

import { copyButton } from "./copy-button.js";
import { CONTACTS_URL, curlCommand } from "./curl-command.js";
import { element, find } from "./element.js";
import { explanationLink } from "./errors-page.js";
import { issueList } from "./issue-list.js";
import { jsonText } from "./json-text.js";
import { mappingTable } from "./mapping-table.js";
import { headline, type Decided, type Result } from "./result.js";

/** Shows what the connector would do. */
export function showResult(result: Result): void {
  const decision = find("decision", HTMLElement);
  const text = headline(result);
  // Set only when it changes: screen readers read it out each time.
  if (decision.textContent !== text) decision.textContent = text;
  decision.dataset.action = result.kind === "decided" ? result.decision.action : "none";
  find("details", HTMLElement).replaceChildren(...(result.kind === "decided" ? decided(result) : []));
}

function decided({ decision, mapping, evidence }: Decided): HTMLElement[] {
  const shown: HTMLElement[] = [];
  if (decision.action === "reject") shown.push(issueList(decision.issues));
  if (decision.action !== "deliver") {
    const { whatToDo } = REASONS[decision.reason];
    shown.push(
      element("p", {}, element("strong", {}, "What to do?"), ` ${whatToDo} `, explanationLink(decision.reason)),
    );
  }
  if (decision.action === "deliver" || decision.reason.startsWith("consent_")) {
    shown.push(element("p", { class: "note" }, "Consent: ", element("code", {}, evidence)));
  }
  if (mapping.length > 0) {
    const title = decision.action === "deliver" ? "From event to contact" : "What there is of a contact";
    shown.push(section(title, mappingTable(mapping)));
  }
  if (decision.action === "deliver") shown.push(...requests(decision));
  return shown;
}

function requests({ contact }: DeliverDecision): HTMLElement[] {
  const json = jsonText(contact);
  const command = curlCommand(contact);
  return [
    section(
      "Request",
      element("p", { class: "note" }, "POST ", element("code", {}, CONTACTS_URL)),
      element("pre", { id: "request" }, json),
      copyButton("Copy JSON", () => json),
    ),
    section(
      "As a curl command",
      element(
        "p",
        { class: "note" },
        "For sh, bash and zsh. It writes the contact to Apollo, with the key in APOLLO_API_KEY.",
      ),
      element("pre", { id: "command" }, command),
      copyButton("Copy command", () => command),
    ),
  ];
}

function section(title: string, ...children: HTMLElement[]): HTMLElement {
  return element("section", {}, element("h3", {}, title), ...children);
}
