import { checkCallOptions, type CheckedOptions } from "./checked-options.js";
import { toApolloError } from "./errors/to-apollo-error.js";
import { isObject, parseJson } from "./json.js";
import type { ApolloLogDetails, ApolloLogger, CallOptions } from "./options.js";
import { readRateLimit, type RateLimit } from "./rate-limit.js";
import type { Contact, CreateContactRequest, DedupeResult, Label } from "./schemas.js";
import type { Redact } from "./secret.js";
import { readAnswer, type Answer } from "./transport/answer.js";
import { makeAttempt, type Attempt, type Failure, type Success } from "./transport/attempt.js";
import { backoffMs } from "./transport/backoff.js";
import type { Deadline } from "./transport/deadline.js";
import { RETRY_RULES } from "./transport/retry-rules.js";
import { readRetryAfter } from "./transport/retry-after.js";

/** What became of a call that succeeded. */
export interface CreatedContact {
  /** The contact as Apollo now stores it. `contact.id` is certain, and does not hold the API key: it is what gets shown. */
  readonly contact: Contact;
  /** The lists that the contact is on. */
  readonly labels: readonly Label[];
  /** What the look for a match found; `null` where Apollo did not say. */
  readonly dedupeResult: DedupeResult | null;
  /** The quota as of this answer. */
  readonly rateLimit: RateLimit;
  /** The HTTP status. */
  readonly status: number;
  /** How often the request was sent; 1 without repeats. */
  readonly attempts: number;
  /** The answer's headers. */
  readonly headers: Headers;
}

/** What a client keeps for its calls. The key is in the closures of `send` and `redact`, and nowhere else. */
export interface CallContext extends Omit<CheckedOptions, "apiKey" | "fetch" | "userAgent"> {
  readonly send: (body: string, signal: AbortSignal) => Promise<Response>;
  readonly redact: Redact;
}

/** Makes one call: attempt after attempt, as long as a repeat is safe and allowed. */
export async function createContact(
  context: CallContext,
  contact: CreateContactRequest,
  options: CallOptions,
): Promise<CreatedContact> {
  const { runtime, redact, baseUrl } = context;
  const { signal, timeoutMs, maxRetries } = checkCallOptions(options, context);
  // Written once: all attempts send the same bytes, whatever the caller does with the object meanwhile.
  const body = JSON.stringify(contact) as string | undefined;
  // Judged by what Apollo will read: a field that is inherited, or that toJSON leaves out, is not written.
  const written = parseJson(body);
  if (body === undefined || !isObject(written)) throw new TypeError("contact must be an object.");
  const deduplicated = Object.hasOwn(written, "run_dedupe") && written.run_dedupe === true;
  let maybeDelivered = false;

  for (let attempts = 1; ; attempts++) {
    const startedAt = runtime.now();
    const attempt = await makeAttempt((deadline) => exchange(context, body, deadline), timeoutMs, signal);
    const log = logOf(context, attempt, attempts, runtime.now() - startedAt);
    if (attempt.kind === "success") {
      log("debug", "Apollo wrote the contact.");
      return toCreatedContact(attempt, attempts, redact);
    }

    const rule = RETRY_RULES[attempt.kind];
    maybeDelivered ||= rule.maybeDelivered;
    const sent = attempt.kind === "not_started" ? attempts - 1 : attempts;
    const fail = (failure: Failure) =>
      toApolloError(failure, {
        attempts: sent,
        maybeDelivered,
        deduplicated,
        baseUrl,
        timeoutMs,
        redact,
        nowMs: runtime.now(),
      });

    const safe = rule.repeat === "always" || (rule.repeat === "with_dedupe" && deduplicated);
    const delayMs = safe && attempts <= maxRetries ? delayBeforeRepeat(context, attempt, attempts) : undefined;
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
async function exchange({ send }: CallContext, body: string, deadline: Deadline): Promise<Answer> {
  const sent = send(body, deadline.signal);
  try {
    return await readAnswer(await deadline.until(sent), deadline);
  } catch (error) {
    // A fetch that does not listen to its signal may answer when nobody waits any more, and its connection is to be let go.
    sent.then((late) => late.body?.cancel()).catch(() => undefined);
    throw error;
  }
}

/** `undefined` where Apollo asks for a longer wait than the caller allows. */
function delayBeforeRepeat(
  { runtime, maxRetryAfterMs }: CallContext,
  failure: Failure,
  attempts: number,
): number | undefined {
  const retryAfterMs = "answer" in failure ? readRetryAfter(failure.answer.headers, runtime.now()) : undefined;
  if (retryAfterMs === undefined) return backoffMs(attempts, () => runtime.random());
  return retryAfterMs <= maxRetryAfterMs ? retryAfterMs : undefined;
}

function toCreatedContact({ answer, body }: Success, attempts: number, redact: Redact): CreatedContact {
  const { contact, labels, dedupe_result: dedupeResult } = body;
  return {
    contact: { ...contact, id: redact(contact.id) },
    // Whatever else the answer holds, the contact is written: a list that is missing must not turn that into an error.
    labels: Array.isArray(labels) ? labels : [],
    dedupeResult: dedupeResult ?? null,
    rateLimit: readRateLimit(answer.headers),
    status: answer.status,
    attempts,
    headers: answer.headers,
  };
}

function logOf({ logger }: CallContext, attempt: Attempt, attempts: number, durationMs: number) {
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
