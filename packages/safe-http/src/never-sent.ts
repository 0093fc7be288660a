import { isConnectError } from "./connect-errors.js";
import { isProxyError, MAX_DEPTH } from "./network-error.js";

/** System calls that come before a request is sent: what failed in them never reached the server. */
const BEFORE_SENDING = new Set<unknown>(["connect", "getaddrinfo"]);

/** Error codes that say the same: of Node's sockets and TLS, of undici, of Bun. */
const NEVER_SENT = new Set<unknown>([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ConnectionRefused",
  "FailedToOpenSocket",
]);

/** What has no code of its own: ports that fetch refuses to call at all, and a TLS handshake that the server broke off. */
const NEVER_SENT_MESSAGES = new Set<unknown>([
  "bad port",
  "Client network socket disconnected before secure TLS connection was established",
]);

/**
 * Whether an error of `fetch` proves that nothing was sent. Only what is known to prove it does; of anything else the
 * request may have gone out.
 */
export function neverSent(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > MAX_DEPTH) return false;
  if (isConnectError(error) || isProxyError(error)) return true;
  const { code, syscall, message, errors, cause } = error as Partial<Record<string, unknown>>;
  // Node tries all addresses of a host and reports all failures together.
  if (Array.isArray(errors) && errors.length > 0) return errors.every((one) => neverSent(one, depth + 1));
  if (NEVER_SENT.has(code) || BEFORE_SENDING.has(syscall) || NEVER_SENT_MESSAGES.has(message)) return true;
  // An error with a code of its own has told what it was, whatever it came from. A DOMException has a number, which tells nothing.
  return typeof code !== "string" && neverSent(cause, depth + 1);
}
