import { readAnswer, type Answer } from "./answer.js";
import type { Deadline } from "./deadline.js";
import type { Fetch, FetchInit } from "./fetch.js";

/** A request, as it is sent. */
export interface SentRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Sends a request once, and reads the whole answer. */
export async function exchange(
  fetch: Fetch,
  { url, method, headers, body }: SentRequest,
  deadline: Deadline,
): Promise<Answer> {
  const init: FetchInit = {
    method,
    headers,
    ...(body !== undefined && { body }),
    redirect: "manual",
    signal: deadline.signal,
  };
  // An async function, so that a fetch that throws is one that rejects. Not called as a method: a platform's own fetch refuses
  // to work for any object but its global one.
  const sent = (async () => fetch(url, init))();
  try {
    return await readAnswer(await deadline.until(sent), deadline);
  } catch (error) {
    // A fetch that does not listen to its signal may answer when nobody waits any more, and its connection is to be let go.
    sent.then((late) => late.body?.cancel()).catch(() => undefined);
    throw error;
  }
}
