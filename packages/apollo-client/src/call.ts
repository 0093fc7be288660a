import { checkCallOptions, type CheckedOptions } from "./checked-options.js";
import { toApolloError } from "./errors/to-apollo-error.js";
import type { Operation } from "./operation.js";
import type { ApolloLogDetails, ApolloLogger, CallOptions } from "./options.js";
import type { Redact } from "./secret.js";
import { readAnswer, type Answer } from "./transport/answer.js";
import { makeAttempt, type Attempt, type Failure, type Success } from "./transport/attempt.js";
import { backoffMs } from "./transport/backoff.js";
import type { Deadline } from "./transport/deadline.js";
import { RETRY_RULES } from "./transport/retry-rules.js";
import { readRetryAfter } from "./transport/retry-after.js";

/** What a client keeps for its calls. The key is in the closures of `send` and `redact`, and nowhere else. */
export interface CallContext extends Omit<CheckedOptions, "apiKey" | "fetch" | "userAgent"> {
  readonly send: (operation: Operation<unknown>, signal: AbortSignal) => Promise<Response>;
  readonly redact: Redact;
}

/** A call that succeeded, and how many attempts it took. */
export interface Called<Body> extends Success<Body> {
  readonly attempts: number;
}

/** Makes one call: attempt after attempt, as long as a retry is safe and allowed. */
export async function call<Body>(
  context: CallContext,
  operation: Operation<Body>,
  options: CallOptions,
): Promise<Called<Body>> {
  const { runtime, redact, baseUrl } = context;
  const { signal, timeoutMs, maxRetries } = checkCallOptions(options, context);
  let maybeDelivered = false;

  for (let attempts = 1; ; attempts++) {
    const startedAt = runtime.now();
    const attempt = await makeAttempt(
      (deadline) => exchange(context, operation, deadline),
      operation.proves,
      timeoutMs,
      signal,
    );
    const log = logOf(context, attempt, attempts, runtime.now() - startedAt);
    if (attempt.kind === "success") {
      log("debug", operation.words.success);
      return { ...attempt, attempts };
    }

    const rule = RETRY_RULES[attempt.kind];
    maybeDelivered ||= operation.writes && rule.maybeDelivered;
    const sent = attempt.kind === "not_started" ? attempts - 1 : attempts;
    const fail = (failure: Failure) =>
      toApolloError(failure, {
        attempts: sent,
        maybeDelivered,
        operation,
        baseUrl,
        timeoutMs,
        redact,
        nowMs: runtime.now(),
      });

    const safe = rule.retry === "always" || (rule.retry === "if_harmless" && operation.harmlessTwice);
    const delayMs = safe && attempts <= maxRetries ? delayBeforeRetry(context, attempt, attempts) : undefined;
    if (delayMs === undefined) {
      log("warn", "The call failed.");
      throw fail(attempt);
    }

    log("warn", "The call is repeated.", delayMs);
    await runtime.sleep(delayMs, signal).catch(() => {
      throw fail({ kind: "not_started" });
    });
  }
}

/** Sends the request once, and reads the whole answer. */
async function exchange({ send }: CallContext, operation: Operation<unknown>, deadline: Deadline): Promise<Answer> {
  const sent = send(operation, deadline.signal);
  try {
    return await readAnswer(await deadline.until(sent), deadline);
  } catch (error) {
    // A fetch that does not listen to its signal may answer when nobody waits any more, and its connection is to be let go.
    sent.then((late) => late.body?.cancel()).catch(() => undefined);
    throw error;
  }
}

/** `undefined` if Apollo asks for a longer wait than the caller allows. */
function delayBeforeRetry(
  { runtime, maxRetryAfterMs }: CallContext,
  failure: Failure,
  attempts: number,
): number | undefined {
  const retryAfterMs = "answer" in failure ? readRetryAfter(failure.answer.headers, runtime.now()) : undefined;
  if (retryAfterMs === undefined) return backoffMs(attempts, () => runtime.random());
  return retryAfterMs <= maxRetryAfterMs ? retryAfterMs : undefined;
}

function logOf({ logger }: CallContext, attempt: Attempt<unknown>, attempts: number, durationMs: number) {
  return (level: keyof ApolloLogger, message: string, delayMs?: number) => {
    const details: ApolloLogDetails = {
      attempt: attempts,
      result: attempt.kind,
      ...("answer" in attempt && { status: attempt.answer.status }),
      durationMs,
      ...(delayMs !== undefined && { delayMs }),
    };
    // A logger that fails, be it later, must not make a contact look as if it had failed.
    Promise.resolve()
      .then(() => logger?.[level](message, details))
      .catch(() => undefined);
  };
}
