import { defaultBlueprint, readConsent, type Consent } from "@datafly/signal-apollo-connector";

import { setConsent } from "./consent-switch.js";
import { COUNTRIES } from "./countries.js";
import { element, find } from "./element.js";
import { EXAMPLES, exampleText } from "./examples.js";
import { issueList } from "./issue-list.js";
import { isJsonObject } from "./json-object.js";
import { jsonText } from "./json-text.js";
import { firstOfSeveralEvents } from "./ndjson.js";
import { parseJson, type JsonError } from "./parsed-json.js";
import { consentPurpose, type Result } from "./result.js";
import type { PlaygroundState } from "./state.js";

/** What a control changes, and whether that was typed or chosen. */
export type OnChange = (change: Partial<PlaygroundState>, how: "typed" | "chosen") => void;

const exampleTexts = EXAMPLES.map(exampleText);

/** The controls of the page: they report what a person changes, and show a state. */
export class Controls {
  readonly #example = find("example", HTMLSelectElement);
  readonly #event = find("event", HTMLTextAreaElement);
  readonly #eventError = find("event-error", HTMLElement);
  readonly #eventErrorText = find("event-error-text", HTMLElement);
  readonly #goToError = find("go-to-error", HTMLButtonElement);
  readonly #useFirst = find("use-first", HTMLButtonElement);
  readonly #format = find("format", HTMLButtonElement);
  readonly #consent = find("consent", HTMLFieldSetElement);
  readonly #consentPurpose = find("consent-purpose", HTMLElement);
  readonly #deduplicate = find("deduplicate", HTMLInputElement);
  readonly #country = find("country", HTMLSelectElement);
  readonly #ownBlueprint = find("own-blueprint", HTMLInputElement);
  readonly #blueprintEditor = find("blueprint-editor", HTMLElement);
  readonly #blueprint = find("blueprint", HTMLTextAreaElement);
  readonly #blueprintError = find("blueprint-error", HTMLElement);
  readonly #consentChoices = Array.from(this.#consent.querySelectorAll("input"));

  /** Fills the controls with their choices. `current` returns the state that they change. */
  constructor(current: () => PlaygroundState, onChange: OnChange) {
    this.#example.append(...EXAMPLES.map(({ name }, index) => element("option", { value: String(index) }, name)));
    this.#country.append(...COUNTRIES.map(({ code, name }) => element("option", { value: code }, `${name} (${code})`)));
    this.#blueprint.value = jsonText(defaultBlueprint);
    this.#bindEvent(current, onChange);
    this.#bindSettings(onChange);
  }

  /** Shows a state in the controls, and what is wrong with it. */
  show(state: PlaygroundState, result: Result): void {
    // Setting the text of an editor moves its caret, even if it is the same.
    if (this.#event.value !== state.event) this.#event.value = state.event;
    if (state.blueprint !== undefined && this.#blueprint.value !== state.blueprint) {
      this.#blueprint.value = state.blueprint;
    }
    const known = exampleTexts.indexOf(state.event);
    this.#example.value = known === -1 ? "" : String(known);
    this.#deduplicate.checked = state.deduplicate;
    this.#country.value = state.defaultCountry;
    this.#ownBlueprint.checked = state.blueprint !== undefined;
    this.#blueprintEditor.hidden = state.blueprint === undefined;

    const { value, error } = parseJson(state.event);
    this.#format.disabled = error !== undefined;
    this.#showEventError(error, state.event);
    this.#showConsent(state, value);
    const issues = result.kind === "wrong_settings" ? result.issues : [];
    this.#blueprint.setAttribute("aria-invalid", String(issues.length > 0));
    this.#blueprintError.replaceChildren(...(issues.length > 0 ? [issueList(issues)] : []));
  }

  #bindEvent(current: () => PlaygroundState, onChange: OnChange): void {
    this.#example.addEventListener("change", () => {
      const text = exampleTexts[Number(this.#example.value)];
      if (text !== undefined) onChange({ event: text }, "chosen");
    });
    this.#event.addEventListener("input", () => {
      onChange({ event: this.#event.value }, "typed");
    });
    this.#goToError.addEventListener("click", () => {
      const { error } = parseJson(this.#event.value);
      this.#event.focus();
      if (error) this.#event.setSelectionRange(error.offset, error.offset + 1);
    });
    this.#useFirst.addEventListener("click", () => {
      const first = firstOfSeveralEvents(this.#event.value);
      this.#event.focus();
      if (first !== undefined) onChange({ event: jsonText(first) }, "chosen");
    });
    this.#format.addEventListener("click", () => {
      const { value, error } = parseJson(this.#event.value);
      if (!error) onChange({ event: jsonText(value) }, "chosen");
    });
    for (const choice of this.#consentChoices) {
      choice.addEventListener("change", () => {
        const { value } = parseJson(this.#event.value);
        if (!isJsonObject(value)) return;
        const changed = setConsent(value, consentPurpose(current()), choice.value as Consent);
        onChange({ event: jsonText(changed) }, "chosen");
      });
    }
  }

  #bindSettings(onChange: OnChange): void {
    this.#deduplicate.addEventListener("change", () => {
      onChange({ deduplicate: this.#deduplicate.checked }, "chosen");
    });
    this.#country.addEventListener("change", () => {
      onChange({ defaultCountry: this.#country.value }, "chosen");
    });
    this.#ownBlueprint.addEventListener("change", () => {
      onChange({ blueprint: this.#ownBlueprint.checked ? this.#blueprint.value : undefined }, "chosen");
    });
    this.#blueprint.addEventListener("input", () => {
      onChange({ blueprint: this.#blueprint.value }, "typed");
    });
  }

  #showEventError(error: JsonError | undefined, text: string): void {
    const areSeveral = error !== undefined && firstOfSeveralEvents(text) !== undefined;
    this.#event.setAttribute("aria-invalid", String(error !== undefined));
    this.#eventError.hidden = error === undefined;
    this.#goToError.hidden = areSeveral;
    this.#useFirst.hidden = !areSeveral;
    this.#eventErrorText.textContent = areSeveral
      ? "These are several events, one per line (NDJSON). The playground takes one."
      : error
        ? `Line ${error.line}, column ${error.column}: ${error.message}.`
        : "";
  }

  #showConsent(state: PlaygroundState, value: unknown): void {
    const purpose = consentPurpose(state);
    this.#consentPurpose.textContent = purpose;
    this.#consent.disabled = !isJsonObject(value);
    const said = this.#consent.disabled ? undefined : readConsent(value, purpose);
    for (const choice of this.#consentChoices) choice.checked = choice.value === said;
  }
}
