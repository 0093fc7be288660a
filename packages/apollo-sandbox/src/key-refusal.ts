import { invalidKey, jsonAnswer, type Answer } from "./answer.js";
import type { ApiRequest } from "./api-request.js";
import type { KeyRing } from "./key-ring.js";

/**
 * Refuses a request for its key: 422 if it has none at all, 401 if the key is unknown or in the wrong place. Both come before any
 * quota is counted.
 *
 * The sandbox is stricter than Apollo has to be: a key in the wrong place is refused even if it is in the right one too, so that a
 * client which leaks its key is found out here.
 */
export function keyRefusal({ apiKey, authorization, query, body }: ApiRequest, keys: KeyRing): Answer | undefined {
  if (keys.isLeakedIn(query)) return invalidKey("It must not stand in the query string.");
  if (keys.isLeakedIn(body)) return invalidKey("It must not stand in the body.");
  if (keys.isLeakedIn([authorization, basicCredentials(authorization)])) {
    return invalidKey("It must not stand in the Authorization header.");
  }
  if (apiKey === null || apiKey === "") {
    return authorization === null
      ? jsonAnswer(422, { error: "Api key required" })
      : invalidKey("It must stand in the X-Api-Key header.");
  }
  return keys.knows(apiKey) ? undefined : invalidKey("It is not known.");
}

/** What basic authentication says, which is spelt in Base64. */
function basicCredentials(authorization: string | null): string {
  const [, encoded = ""] = /^basic (.*)$/i.exec(authorization ?? "") ?? [];
  return Buffer.from(encoded, "base64").toString();
}
