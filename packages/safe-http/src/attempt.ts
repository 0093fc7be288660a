import { isSuccess, type Answer } from "./answer.js";
import { DeadlineError, withDeadline, type Deadline } from "./deadline.js";
import { parseJson } from "./json.js";
import { readNetworkError, type NetworkError } from "./network-error.js";
import { neverSent } from "./never-sent.js";

/** The result of one attempt. */
export type Attempt = Success | Failure;

/** The server carried out the request, and its response proves it. */
export interface Success {
  readonly kind: "success";
  readonly answer: Answer;
  readonly data: unknown;
}

/** Why an attempt did not succeed. */
export type Failure =
  | { readonly kind: "refused" | "throttled" | "failed" | "unexpected"; readonly answer: Answer }
  | { readonly kind: "no_credential" | "never_sent" | "lost"; readonly cause: NetworkError | undefined }
  | { readonly kind: "aborted" | "not_started"; readonly reason: unknown }
  | { readonly kind: "timeout" };

/** The steps of an attempt. */
export interface AttemptSteps<Credential> {
  /** Returns the credential that the request carries. */
  readonly authorize: (deadline: Deadline) => Credential | Promise<Credential>;
  /** Sends the request and reads the whole response. */
  readonly send: (credential: Credential, deadline: Deadline) => Promise<Answer>;
  /** Whether the parsed body of a response with a status of success proves it. */
  readonly proves: (body: unknown, answer: Answer) => boolean;
}

/** Makes one attempt, under a deadline. */
export async function makeAttempt<Credential>(
  { authorize, send, proves }: AttemptSteps<Credential>,
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
): Promise<Attempt> {
  const progress = { sending: false };
  try {
    const answer = await withDeadline(timeoutMs, callerSignal, async (deadline) => {
      const given = authorize(deadline);
      const credential = given instanceof Promise ? await deadline.until(given) : given;
      progress.sending = true;
      return send(credential, deadline);
    });
    return judge(answer, proves);
  } catch (error) {
    return progress.sending ? failureOf(error) : failureBeforeSending(error);
  }
}

/** Without its credential a request was certainly not sent. */
function failureBeforeSending(error: unknown): Failure {
  const givenUp = deadlineErrorOf(error);
  if (givenUp === undefined) return { kind: "no_credential", cause: safely(() => readNetworkError(error)) };
  if (givenUp.reason === "timeout") return { kind: "no_credential", cause: undefined };
  return { kind: "not_started", reason: givenUp.cause };
}

function failureOf(error: unknown): Failure {
  const { reason, cause } = deadlineErrorOf(error) ?? {};
  if (reason === "timeout") return { kind: reason };
  if (reason !== undefined) return { kind: reason, reason: cause };
  const kind = safely(() => neverSent(error)) === true ? "never_sent" : "lost";
  return { kind, cause: safely(() => readNetworkError(error)) };
}

function deadlineErrorOf(error: unknown): DeadlineError | undefined {
  return safely(() => (error instanceof DeadlineError ? error : undefined));
}

/** A custom fetch may throw what itself throws when it is looked at. Nothing is known then. */
function safely<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function judge(answer: Answer, proves: AttemptSteps<unknown>["proves"]): Attempt {
  const { status } = answer;
  if (status === 429) return { kind: "throttled", answer };
  // A custom fetch may answer with a status of 0, which says nothing. Only what is known to be a refusal is one.
  if (status >= 300 && status < 500 && status !== 408) return { kind: "refused", answer };
  if (!isSuccess(status)) return { kind: "failed", answer };
  const data = parseJson(answer.text);
  return proves(data, answer) ? { kind: "success", answer, data } : { kind: "unexpected", answer };
}
