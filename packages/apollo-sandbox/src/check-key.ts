import { jsonAnswer } from "./answer.js";
import { refused, type ApiRequest, type Processed } from "./api-request.js";
import { keyRefusal } from "./key-refusal.js";
import type { KeyRing } from "./key-ring.js";

/** `GET /auth/health`: is the key known? It needs no scope, and counts against no quota. */
export function checkKey(request: ApiRequest, keys: KeyRing): Processed {
  const refusal = keyRefusal(request, keys);
  if (refusal !== undefined) return refused(refusal);
  return { answer: jsonAnswer(200, { healthy: true, is_logged_in: true }), progress: { outcome: "checked" } };
}
