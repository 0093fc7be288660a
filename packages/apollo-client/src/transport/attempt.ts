import { isObject, parseJson } from "../json.js";
import type { CreateContactResponse } from "../schemas.js";
import type { Answer } from "./answer.js";
import { DeadlineError, withDeadline, type Deadline } from "./deadline.js";
import { readNetworkError, type NetworkError } from "./network-error.js";
import { neverSent } from "./never-sent.js";

/** What one attempt came to. */
export type Attempt = Success | Failure;

/** Apollo wrote the contact, and said so as its API promises. */
export interface Success {
  readonly kind: "success";
  readonly answer: Answer;
  readonly body: CreateContactResponse;
}

/** Why an attempt did not come to a contact. */
export type Failure =
  | { readonly kind: "refused" | "throttled" | "failed" | "unexpected"; readonly answer: Answer }
  | { readonly kind: "never_sent" | "lost"; readonly cause: NetworkError | undefined }
  | { readonly kind: "timeout" | "aborted" | "not_started" };

/**
 * Makes one attempt and says what it came to.
 *
 * @param send sends the request and reads the whole answer, under the given deadline
 */
export async function makeAttempt(
  send: (deadline: Deadline) => Promise<Answer>,
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
): Promise<Attempt> {
  try {
    return judge(await withDeadline(timeoutMs, callerSignal, send));
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): Failure {
  try {
    if (error instanceof DeadlineError) return { kind: error.reason };
    return { kind: neverSent(error) ? "never_sent" : "lost", cause: readNetworkError(error) };
  } catch {
    // A user's own fetch may throw what itself throws when it is looked at. Nothing is known then.
    return { kind: "lost", cause: undefined };
  }
}

function judge(answer: Answer): Attempt {
  const { status } = answer;
  if (status === 429) return { kind: "throttled", answer };
  // A user's own fetch may answer with a status of 0, which says nothing. Only what is known to be a refusal is one.
  const refused = status >= 300 && status < 500 && status !== 408;
  if (refused) return { kind: "refused", answer };
  if (status < 200 || status >= 300) return { kind: "failed", answer };
  const body = parseJson(answer.text);
  return isCreateContactResponse(body) ? { kind: "success", answer, body } : { kind: "unexpected", answer };
}

/** A contact without an id is no proof that it was written. Nothing else of the answer is certain. */
function isCreateContactResponse(body: unknown): body is CreateContactResponse {
  return isObject(body) && isObject(body.contact) && typeof body.contact.id === "string" && body.contact.id !== "";
}
