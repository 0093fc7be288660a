import { DeadlineError, type Deadline } from "./deadline.js";

/** An HTTP response, read to its end. */
export interface Answer {
  /** 0 if the response has no status that is a number. */
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Whether the text breaks off before the response's end. */
  readonly brokenOff: boolean;
}

/** Maximum size of a body. What comes after it is not read, if the body is a web stream. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Whether a status says that the request was carried out. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * Reads a response to its end.
 *
 * If the status alone says that the call failed, a body that breaks off or takes too long does not matter. If it says success, the
 * body must be whole, and an error is thrown if it is not.
 */
export async function readAnswer(response: Response, deadline: Deadline): Promise<Answer> {
  const status = statusOf(response);
  const headers = headersOf(response.headers);
  let text = "";
  try {
    await readText(response, deadline, (part) => (text += part));
    return { status, headers, text, brokenOff: false };
  } catch (error) {
    // A caller who gave up wants no answer any more.
    const { reason } = deadline.signal as { reason: unknown };
    const aborted = reason instanceof DeadlineError && reason.reason === "aborted";
    if (isSuccess(status) || aborted) throw error;
    return { status, headers, text, brokenOff: true };
  }
}

/** A status that is not a number, as a custom fetch may return, says nothing. */
function statusOf({ type, status }: Response): number {
  // Browsers hide what a redirect that is not followed says: its status is 0.
  if (type === "opaqueredirect") return 302;
  return Number.isInteger(status) ? status : 0;
}

/** A custom fetch may return headers that are not `Headers`. What cannot be read as a header is omitted. */
function headersOf(source: unknown): Headers {
  if (source instanceof Headers) return source;
  const headers = new Headers();
  try {
    for (const [name, value] of entriesOf(source ?? {})) {
      try {
        headers.append(name, value);
      } catch {
        // Not a name or not a value of a header.
      }
    }
  } catch {
    // Not a list of headers.
  }
  return headers;
}

function entriesOf(source: object): Iterable<[string, string]> {
  return Symbol.iterator in source ? (source as Iterable<[string, string]>) : Object.entries(source);
}

async function readText(response: Response, { until }: Deadline, take: (part: string) => void): Promise<void> {
  const body = response.body as Partial<ReadableStream<Uint8Array>> | null | undefined;
  // Not every fetch has a body that is a web stream: node-fetch has one of Node's, others have none.
  if (body?.getReader === undefined) {
    take(await until(response.text()));
    return;
  }
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  let ended = false;
  try {
    // Waited for once, not part by part, which costs a tenth of a call.
    ended = await until(readParts(reader, take));
  } finally {
    // Not awaited: a peer that does not let go must not hold the caller.
    if (!ended) reader.cancel().catch(() => undefined);
  }
}

/** Returns whether the body was read to its end. */
async function readParts(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  take: (part: string) => void,
): Promise<boolean> {
  const decoder = new TextDecoder();
  let bytes = 0;
  while (bytes <= MAX_BODY_BYTES) {
    const { done, value } = await reader.read();
    take(decoder.decode(value, { stream: !done }));
    if (done) return true;
    // Empty parts count, too: without end, they would not even let the time-out come.
    bytes += value.byteLength || 1;
  }
  return false;
}
