import { defaultBlueprint, readConsent, type Consent } from "@datafly/signal-apollo-connector";

import { setConsent } from "./consent-switch.js";
import { COUNTRIES } from "./countries.js";
import { element, find } from "./element.js";
import { EXAMPLES, exampleText } from "./examples.js";
import { issueList } from "./issue-list.js";
import { isJsonObject } from "./json-object.js";
import { jsonText } from "./json-text.js";
import { parseJson, type JsonError } from "./parsed-json.js";
import { consentPurpose, type Result } from "./result.js";
import type { PlaygroundState } from "./state.js";

/** What a control changes, and whether that was typed or chosen. */
export type OnChange = (change: Partial<PlaygroundState>, how: "typed" | "chosen") => void;

const example = find("example", HTMLSelectElement);
const event = find("event", HTMLTextAreaElement);
const eventError = find("event-error", HTMLElement);
const eventErrorText = find("event-error-text", HTMLElement);
const format = find("format", HTMLButtonElement);
const consent = find("consent", HTMLFieldSetElement);
const consentLegend = find("consent-purpose", HTMLElement);
const deduplicate = find("deduplicate", HTMLInputElement);
const country = find("country", HTMLSelectElement);
const ownBlueprint = find("own-blueprint", HTMLInputElement);
const blueprintEditor = find("blueprint-editor", HTMLElement);
const blueprint = find("blueprint", HTMLTextAreaElement);
const blueprintError = find("blueprint-error", HTMLElement);
const consentChoices = Array.from(consent.querySelectorAll("input"));

const exampleTexts = EXAMPLES.map(exampleText);

/** Fills the controls with their choices, and has them say what they change. `current` gives the state that they change. */
export function bindControls(current: () => PlaygroundState, onChange: OnChange): void {
  example.append(...EXAMPLES.map(({ name }, index) => element("option", { value: String(index) }, name)));
  country.append(...COUNTRIES.map(({ code, name }) => element("option", { value: code }, `${name} (${code})`)));
  blueprint.value = jsonText(defaultBlueprint);

  example.addEventListener("change", () => {
    const text = exampleTexts[Number(example.value)];
    if (text !== undefined) onChange({ event: text }, "chosen");
  });
  event.addEventListener("input", () => {
    onChange({ event: event.value }, "typed");
  });
  find("go-to-error", HTMLButtonElement).addEventListener("click", () => {
    const { error } = parseJson(event.value);
    event.focus();
    if (error) event.setSelectionRange(error.offset, error.offset + 1);
  });
  format.addEventListener("click", () => {
    const { value, error } = parseJson(event.value);
    if (!error) onChange({ event: jsonText(value) }, "chosen");
  });
  for (const choice of consentChoices) {
    choice.addEventListener("change", () => {
      const { value } = parseJson(event.value);
      if (!isJsonObject(value)) return;
      const changed = setConsent(value, consentPurpose(current()), choice.value as Consent);
      onChange({ event: jsonText(changed) }, "chosen");
    });
  }
  deduplicate.addEventListener("change", () => {
    onChange({ deduplicate: deduplicate.checked }, "chosen");
  });
  country.addEventListener("change", () => {
    onChange({ defaultCountry: country.value }, "chosen");
  });
  ownBlueprint.addEventListener("change", () => {
    onChange({ blueprint: ownBlueprint.checked ? blueprint.value : undefined }, "chosen");
  });
  blueprint.addEventListener("input", () => {
    onChange({ blueprint: blueprint.value }, "typed");
  });
}

/** Shows a state in the controls, and what is wrong with it. */
export function showState(state: PlaygroundState, result: Result): void {
  // Setting the text of an editor moves its caret, even if it is the same.
  if (event.value !== state.event) event.value = state.event;
  if (state.blueprint !== undefined && blueprint.value !== state.blueprint) blueprint.value = state.blueprint;
  const known = exampleTexts.indexOf(state.event);
  example.value = known === -1 ? "" : String(known);
  deduplicate.checked = state.deduplicate;
  country.value = state.defaultCountry;
  ownBlueprint.checked = state.blueprint !== undefined;
  blueprintEditor.hidden = state.blueprint === undefined;

  const { value, error } = parseJson(state.event);
  format.disabled = error !== undefined;
  showEventError(error);
  showConsent(state, value);
  const issues = result.kind === "wrong_settings" ? result.issues : [];
  blueprint.setAttribute("aria-invalid", String(issues.length > 0));
  blueprintError.replaceChildren(...(issues.length > 0 ? [issueList(issues)] : []));
}

function showEventError(error: JsonError | undefined): void {
  event.setAttribute("aria-invalid", String(error !== undefined));
  eventError.hidden = error === undefined;
  eventErrorText.textContent = error ? `Line ${error.line}, column ${error.column}: ${error.message}.` : "";
}

function showConsent(state: PlaygroundState, value: unknown): void {
  const purpose = consentPurpose(state);
  consentLegend.textContent = purpose;
  consent.disabled = !isJsonObject(value);
  const said = consent.disabled ? undefined : readConsent(value, purpose);
  for (const choice of consentChoices) choice.checked = choice.value === said;
}
