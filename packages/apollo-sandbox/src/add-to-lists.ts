import { jsonAnswer } from "./answer.js";
import { refused, type ApiRequest, type Processed } from "./api-request.js";
import { isId } from "./id-sequence.js";
import type { JsonObject } from "./json.js";
import { accessRefusal, keyRefusal } from "./key-refusal.js";
import type { KeyRing } from "./key-ring.js";
import { countCall } from "./quota-refusal.js";
import { parametersOf } from "./request-parameters.js";
import type { SandboxState } from "./sandbox-state.js";

/** `POST /labels/add_entity_ids_to_label_names`: adds contacts to lists, and takes them off none. In Apollo's order, as a create is. */
export function addToLists(request: ApiRequest, state: SandboxState, keys: KeyRing): Processed {
  const scope = "labels/add_entity_ids_to_label_names";
  const refusal = keyRefusal(request, keys) ?? accessRefusal(request, scope, state, keys);
  if (refusal !== undefined) return refused(refusal);

  const counted = countCall("lists", state);
  if ("refusal" in counted) return refused(counted.refusal);
  const { quotaHeaders } = counted;

  const parameters = parametersOf(request.body);
  if (typeof parameters === "string") return refused(jsonAnswer(400, { error: parameters }, quotaHeaders));
  const wanted = wantedOf(parameters, state);
  if (typeof wanted === "string") {
    return refused(jsonAnswer(422, { error: keys.redactText(wanted).slice(0, 200) }, quotaHeaders));
  }

  const [written] = wanted.ids.map((id) => state.contacts.addToLists(id, wanted.labelNames));
  return {
    answer: jsonAnswer(200, { labels: state.contacts.labelsNamed(wanted.labelNames) }, quotaHeaders),
    progress: {
      outcome: "listed",
      ...(written !== undefined && { contactId: written.contact.id, changes: written.changes }),
    },
  };
}

interface Wanted {
  readonly ids: readonly string[];
  readonly labelNames: readonly string[];
}

/** Whom to add to which lists, or what is wrong with the request. Nothing is written unless all of it is right. */
function wantedOf(
  { entity_ids: ids, label_names: labelNames, modality }: JsonObject,
  { contacts }: SandboxState,
): Wanted | string {
  // Apollo's own words.
  if (modality === undefined || modality === null || modality === "") return "Please enter a non-empty modality!";
  if (modality !== "contacts") return "Parameters misconfigured. The sandbox knows no modality but contacts";
  if (!isFilledArray(labelNames) || !labelNames.every((name) => typeof name === "string" && name.trim() !== "")) {
    return "Parameters misconfigured. label_names must be an array of names";
  }
  if (!isFilledArray(ids)) return "Parameters misconfigured. entity_ids must be an array of ids";
  const wrong = ids.find((id) => typeof id !== "string" || !isId(id));
  if (wrong !== undefined) return `Parameters misconfigured. ${text(wrong)} is not a valid ID`;
  const known = (ids as readonly string[]).map((id) => id.toLowerCase());
  const missing = known.find((id) => contacts.get(id) === undefined);
  if (missing !== undefined) return `${missing} is not a contact`;
  return { ids: known, labelNames: labelNames as readonly string[] };
}

function isFilledArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
