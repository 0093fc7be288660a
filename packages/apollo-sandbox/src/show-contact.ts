import { jsonAnswer } from "./answer.js";
import { refused, type ApiRequest, type Processed } from "./api-request.js";
import { accessRefusal, keyRefusal } from "./key-refusal.js";
import type { KeyRing } from "./key-ring.js";
import type { SandboxState } from "./sandbox-state.js";
import { shownContact } from "./stored-contact.js";

/** `GET /contacts/{id}`: one contact, for assertions. It counts against no quota here; at Apollo it has one of its own. */
export function showContact(id: string, request: ApiRequest, state: SandboxState, keys: KeyRing): Processed {
  const refusal = keyRefusal(request, keys) ?? accessRefusal(request, "contacts/show", state, keys);
  if (refusal !== undefined) return refused(refusal);
  const listed = state.contacts.get(id.toLowerCase());
  // Apollo answers 422, not 404, for a contact that there is not.
  if (listed === undefined)
    return refused(jsonAnswer(422, { error: `${keys.redactText(id).slice(0, 100)} is not a contact` }));
  return {
    answer: jsonAnswer(200, { contact: shownContact(listed.contact) }),
    progress: { outcome: "shown" },
  };
}
