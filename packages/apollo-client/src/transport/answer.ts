import { DeadlineError, type Deadline } from "./deadline.js";

/** An HTTP answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Whether the text breaks off before the answer's end. */
  readonly brokenOff: boolean;
}

/** More than this is no answer to one contact. What comes after it is not read, where the body is a web stream. */
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
  let text = "";
  try {
    await readText(response, deadline, (part) => (text += part));
    return { status, headers, text, brokenOff: false };
  } catch (error) {
    // A caller who gave up wants no answer any more.
    const { reason } = deadline.signal as { reason: unknown };
    const aborted = reason instanceof DeadlineError && reason.reason === "aborted";
    if (response.ok || aborted) throw error;
    return { status, headers, text, brokenOff: true };
  }
}

async function readText(response: Response, { until }: Deadline, take: (part: string) => void): Promise<void> {
  const body = response.body as Partial<ReadableStream<Uint8Array>> | null | undefined;
  // Not every fetch has a body that is a web stream: node-fetch has one of Node's, others have none.
  if (body?.getReader === undefined) {
    take(await until(response.text()));
    return;
  }
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  try {
    let bytes = 0;
    while (bytes <= MAX_BODY_BYTES) {
      const { done, value } = await until(reader.read());
      take(decoder.decode(value, { stream: !done }));
      if (done) return;
      // Empty parts count, too: without end, they would not even let the time-out come.
      bytes += value.byteLength || 1;
    }
  } finally {
    // Not awaited: a peer that does not let go must not hold the caller. Of a body that was read to its end it does nothing.
    reader.cancel().catch(() => undefined);
  }
}
