import { DeadlineError, type Deadline } from "./deadline.js";

/** An HTTP answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** More than this is no answer to one contact. What comes after it is not read. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads an answer to its end.
 *
 * Where the status alone says that the call failed, a body that breaks off or takes too long does not matter. Where it says
 * success, the body must be whole, and an error is thrown if it is not.
 */
export async function readAnswer(response: Response, deadline: Deadline): Promise<Answer> {
  // Browsers hide what a redirect that is not followed says: its status is 0.
  const status = response.type === "opaqueredirect" ? 302 : response.status;
  // Copied, since a user's own fetch may answer with headers that are no Headers.
  const headers = new Headers(response.headers);
  return { status, headers, text: await readText(response.body, deadline, { partly: !response.ok }) };
}

async function readText(
  body: ReadableStream<Uint8Array> | null,
  { signal, until }: Deadline,
  { partly }: { partly: boolean },
): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    while (bytes <= MAX_BODY_BYTES) {
      const { done, value } = await until(reader.read());
      if (done) return text + decoder.decode();
      text += decoder.decode(value, { stream: true });
      bytes += value.byteLength;
    }
    return text;
  } catch (error) {
    // A caller who gave up wants no answer any more.
    const aborted = signal.reason instanceof DeadlineError && signal.reason.reason === "aborted";
    if (partly && !aborted) return text;
    throw error;
  } finally {
    // Not awaited: a peer that does not let go must not hold the caller. Of a body that was read to its end it does nothing.
    reader.cancel().catch(() => undefined);
  }
}
