import { parseJson } from "./json.js";

/** The largest body that is read, in bytes. */
const maxBodyBytes = 1024 * 1024;

/** The body of a request, as far as it could be read. */
export type RequestBody =
  | { readonly kind: "json"; readonly value: unknown }
  /** Text that its content type does not call JSON. */
  | { readonly kind: "other"; readonly text: string }
  /** Text that is called JSON and is not. */
  | { readonly kind: "broken"; readonly text: string }
  | { readonly kind: "too_large" };

/** Reads the body of a request, up to 1 MiB. */
export async function readBody(request: Request): Promise<RequestBody> {
  const text = await readText(request);
  if (text === undefined) return { kind: "too_large" };
  if (!isJsonType(request.headers.get("content-type"))) return { kind: "other", text };
  const value = parseJson(text);
  return value === undefined ? { kind: "broken", text } : { kind: "json", value };
}

/** `undefined` if there is more than the sandbox is ready to hold. */
async function readText(request: Request): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  // What is left unread must not be cancelled: that would cut the connection before the refusal is sent.
  const chunks: AsyncIterable<Uint8Array> | undefined = request.body?.values({ preventCancel: true });
  for await (const chunk of chunks ?? []) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function isJsonType(contentType: string | null): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(contentType ?? "");
}
