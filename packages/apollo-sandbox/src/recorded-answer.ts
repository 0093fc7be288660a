import { bodyOf, type Answer } from "./answer.js";
import { parseJson } from "./json.js";
import type { KeyRing } from "./key-ring.js";
import type { RecordedAnswer } from "./request-log.js";

const maxBodyLength = 8192;

/** What is remembered of an answer: no key, and not a megabyte. */
export function recordedAnswer(answer: Answer, keys: KeyRing): RecordedAnswer {
  const contentType = answer.headers["content-type"];
  // Keys go first: one that is cut in half would not be recognised.
  const body = withoutKeys(bodyOf(answer) ?? "", keys);
  return {
    contentType: contentType === undefined ? null : keys.redactText(contentType),
    body: body.slice(0, maxBodyLength),
    cut: body.length > maxBodyLength,
  };
}

/** JSON is read for it, since a key may be spelt with escapes there. */
function withoutKeys(body: string, keys: KeyRing): string {
  const value = parseJson(body);
  return keys.redactText(value === undefined ? body : JSON.stringify(keys.redact(value)));
}
