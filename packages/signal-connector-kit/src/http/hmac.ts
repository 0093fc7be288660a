import { toBase64, withSecret, type Authentication, type Secret, type UnsignedRequest } from "./authentication.js";
import { SettingsError } from "../connector/settings-error.js";

/** How a signature is made. */
export interface HmacOptions {
  /** The key of the signature. Never sent. */
  readonly secret: Secret;
  /**
   * The header that carries the signature.
   * @default "x-signature"
   */
  readonly header?: string | undefined;
  /**
   * The hash function.
   * @default "SHA-256"
   */
  readonly hash?: "SHA-256" | "SHA-384" | "SHA-512" | "SHA-1" | undefined;
  /**
   * How the signature is written.
   * @default "hex"
   */
  readonly encoding?: "hex" | "base64" | undefined;
  /**
   * What precedes the signature in its header, for instance `sha256=`.
   * @default ""
   */
  readonly prefix?: string | undefined;
  /** Further headers, for instance one with the time that the signature covers, or the id of the key. Default: none */
  readonly headers?: ((request: UnsignedRequest) => Readonly<Record<string, string>>) | undefined;
  /**
   * Returns the text that is signed. Called with the same request as `headers`.
   * @default the body, exactly as it is sent
   */
  readonly text?: ((request: UnsignedRequest) => string) | undefined;
}

/**
 * Signs each request with a secret that both sides know. WebCrypto computes the signature.
 *
 * @throws SettingsError if the secret is empty
 *
 * @example
 * ```ts
 * import { hmac } from "@datafly/signal-connector-kit/http";
 *
 * const signed = hmac({ secret: "the shared secret", header: "x-acme-signature", prefix: "sha256=" });
 * ```
 */
export function hmac({
  secret,
  header = "x-signature",
  hash = "SHA-256",
  encoding = "hex",
  prefix = "",
  headers = () => ({}),
  text = ({ body = "" }) => body,
}: HmacOptions): Authentication {
  return withSecret(secret, checkSecret, async (value, request) => {
    const { subtle } = globalThis.crypto;
    const encoder = new TextEncoder();
    const algorithm = { name: "HMAC", hash };
    const key = await subtle.importKey("raw", encoder.encode(value), algorithm, false, ["sign"]);
    const bytes = new Uint8Array(await subtle.sign("HMAC", key, encoder.encode(text(request))));
    const signature = encoding === "hex" ? toHex(bytes) : toBase64(bytes);
    return { headers: { ...headers(request), [header]: prefix + signature }, secrets: [value, signature] };
  });
}

function checkSecret(secret: unknown): void {
  if (typeof secret === "string" && secret !== "") return;
  throw new SettingsError([{ path: "secret", message: "is empty" }]);
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
