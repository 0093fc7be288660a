// Signal signs the events that come from servers, with HMAC. Its public pages do not say under which headers, with which
// hash, and over what. What stands here is the usual form: before you rely on it, hold it against your Signal. Everything that
// may differ is in this file.

/** Holds when the request was signed, in seconds since 1970. */
export const TIMESTAMP_HEADER = "x-signal-timestamp";
/** Holds the HMAC-SHA256 of `timestamp.body`, in hexadecimal digits. */
export const SIGNATURE_HEADER = "x-signal-signature";
/**
 * How far a timestamp may be from now, either way. What is older may be a replay. If Signal repeats a delivery with its first
 * timestamp, this must be longer than Signal goes on repeating.
 */
const TOLERANCE_MS = 5 * 60_000;

/** The headers that go with a body. */
export async function sign(
  body: string | ArrayBuffer,
  secret: string,
  nowMs = Date.now(),
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = await crypto.subtle.sign("HMAC", await keyOf(secret), await signedBytes(timestamp, body));
  const hex = Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: hex };
}

/** Whether the body was signed with the secret, a short while ago. */
export async function isSigned(
  headers: Headers,
  body: string | ArrayBuffer,
  secret: string,
  nowMs = Date.now(),
): Promise<boolean> {
  const timestamp = headers.get(TIMESTAMP_HEADER) ?? "";
  const signature = headers.get(SIGNATURE_HEADER) ?? "";
  if (!/^\d{1,12}$/.test(timestamp) || !/^[0-9a-f]{64}$/i.test(signature)) return false;
  if (Math.abs(nowMs - Number(timestamp) * 1000) > TOLERANCE_MS) return false;

  const bytes = Uint8Array.from(signature.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  // `verify` takes the same time wherever the first difference is; `===` on the digits would not.
  return crypto.subtle.verify("HMAC", await keyOf(secret), bytes, await signedBytes(timestamp, body));
}

function keyOf(secret: string) {
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

/** The timestamp is signed too, or a replay could bring a new one. */
function signedBytes(timestamp: string, body: string | ArrayBuffer): Promise<ArrayBuffer> {
  return new Blob([`${timestamp}.`, body]).arrayBuffer();
}
