import { parseJson } from "../json.js";
import type { Answer } from "./answer.js";
import { DeadlineError, withDeadline, type Deadline } from "./deadline.js";
import { readNetworkError, type NetworkError } from "./network-error.js";
import { neverSent } from "./never-sent.js";

/** What one attempt came to. */
export type Attempt<Body> = Success<Body> | Failure;

/** Apollo carried out the request, and said so as its API promises. */
export interface Success<Body> {
  readonly kind: "success";
  readonly answer: Answer;
  readonly body: Body;
}

/** Why an attempt did not succeed. */
export type Failure =
  | { readonly kind: "refused" | "throttled" | "failed" | "unexpected"; readonly answer: Answer }
  | { readonly kind: "never_sent" | "lost"; readonly cause: NetworkError | undefined }
  | { readonly kind: "timeout" | "aborted" | "not_started" };

/**
 * Makes one attempt and says what it came to.
 *
 * @param send sends the request and reads the whole answer, under the given deadline
 * @param proves whether the body of an answer proves success
 */
export async function makeAttempt<Body>(
  send: (deadline: Deadline) => Promise<Answer>,
  proves: (body: unknown) => body is Body,
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
): Promise<Attempt<Body>> {
  try {
    return judge(await withDeadline(timeoutMs, callerSignal, send), proves);
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

function judge<Body>(answer: Answer, proves: (body: unknown) => body is Body): Attempt<Body> {
  const { status } = answer;
  if (status === 429) return { kind: "throttled", answer };
  // A user's own fetch may answer with a status of 0, which says nothing. Only what is known to be a refusal is one.
  const refused = status >= 300 && status < 500 && status !== 408;
  if (refused) return { kind: "refused", answer };
  if (status < 200 || status >= 300) return { kind: "failed", answer };
  const body = parseJson(answer.text);
  return proves(body) ? { kind: "success", answer, body } : { kind: "unexpected", answer };
}
