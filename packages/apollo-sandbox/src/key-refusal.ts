import { invalidKey, jsonAnswer, type Answer } from "./answer.js";
import type { ApiRequest } from "./api-request.js";
import type { KeyRing, KeyScope } from "./key-ring.js";
import type { SandboxState } from "./sandbox-state.js";

/**
 * Refuses a request for its key: 422 if it has none at all, 401 if the key is unknown or in the wrong place. Both come before any
 * quota is counted.
 *
 * The sandbox is stricter than Apollo has to be: a key in the wrong place is refused even if it is in the right one too, so that a
 * client which leaks its key is found out here.
 */
export function keyRefusal({ apiKey, authorization, query, body }: ApiRequest, keys: KeyRing): Answer | undefined {
  if (keys.isLeakedIn(query)) return invalidKey("It must not be in the query string.");
  if (keys.isLeakedIn(body)) return invalidKey("It must not be in the body.");
  if (keys.isLeakedIn([authorization, basicCredentials(authorization)])) {
    return invalidKey("It must not be in the Authorization header.");
  }
  if (apiKey === null || apiKey === "") {
    return authorization === null
      ? jsonAnswer(422, { error: "Api key required" })
      : invalidKey("It must be in the X-Api-Key header.");
  }
  return keys.knows(apiKey) ? undefined : invalidKey("It is not known.");
}

/** Answers 403, which comes before any quota is counted. Apollo has two forms of it: one for the plan, one for the scope. */
export function accessRefusal(
  { apiKey }: ApiRequest,
  scope: KeyScope,
  { planWithoutApi }: SandboxState,
  keys: KeyRing,
): Answer | undefined {
  if (planWithoutApi) {
    return jsonAnswer(403, { message: `api/v1/${scope} is only available to Apollo users on paid plans.` });
  }
  if (apiKey !== null && keys.grants(apiKey, scope)) return undefined;
  const error = `api/v1/${scope} is not accessible with this api_key. Use one that has this scope.`;
  return jsonAnswer(403, { error, error_code: "API_INACCESSIBLE" });
}

/** What basic authentication says, which is spelt in Base64. */
function basicCredentials(authorization: string | null): string {
  const [, encoded = ""] = /^basic (.*)$/i.exec(authorization ?? "") ?? [];
  return Buffer.from(encoded, "base64").toString();
}
