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
 * Where the status alone says that the call failed, a body that breaks off does not matter. Where it says success, the
 * body must be whole, and an error is thrown if it is not.
 */
export async function readAnswer(response: Response): Promise<Answer> {
  const { headers, ok } = response;
  // Browsers hide what a redirect that is not followed says: its status is 0.
  const status = response.type === "opaqueredirect" ? 302 : response.status;
  return { status, headers, text: await readText(response.body, { partly: !ok }) };
}

async function readText(body: ReadableStream<Uint8Array> | null, { partly }: { partly: boolean }): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      text += decoder.decode(value, { stream: true });
      bytes += value.byteLength;
      if (bytes > MAX_BODY_BYTES) break;
    }
  } catch (error) {
    if (partly) return text;
    throw error;
  }
  // Not awaited: a peer that does not let go must not hold the caller.
  reader.cancel().catch(() => undefined);
  return text;
}
