import { isProxyError, type NetworkError } from "./network-error.js";

const CLOSED =
  "The other side closed the connection. If every call ends like this, check the scheme (http or https) and the port of baseUrl.";
const UNTRUSTED =
  "The server's certificate is not signed by an authority that this machine trusts. Set NODE_EXTRA_CA_CERTS to the authority's certificate, or check baseUrl.";

/**
 * What is wrong and what to do about it, by the code of a network error, or by its name if it has none. As Node 20, 22 and 24
 * report it; the first that matches counts.
 *
 * A server that requires a client certificate says so in the handshake of TLS 1.2. In TLS 1.3 the client's part of the handshake
 * is over by then and the request may be on its way; Node's `fetch` reports a closed connection and nothing else.
 */
const ADVICE: readonly (readonly [code: RegExp, advice: string])[] = [
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|BAD_RECORD_TYPE|HTTP_REQUEST)$/,
    "baseUrl says https, but what answers at that port does not speak TLS. Use http:// for a local sandbox, or check the port.",
  ],
  [
    /^ERR_SSL_(.*ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/,
    "The server speaks only versions of TLS that are not accepted any more (before 1.2). Upgrade it, or check baseUrl.",
  ],
  [
    /^ERR_SSL_.*(CERTIFICATE_REQUIRED|ALERT_HANDSHAKE_FAILURE)$/,
    "The server refused the TLS handshake. It may require a client certificate, or share no cipher with this machine.",
  ],
  [/^(EPROTO|ERR_SSL_.*)$/, "TLS failed. Check the scheme (http or https) and the port of baseUrl."],
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    "The server's certificate has expired or is not valid yet. Renew it, and check the clock of this machine.",
  ],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, "The server's certificate is for another host name. Check the host of baseUrl."],
  [/SELF_SIGNED_CERT|^UNABLE_TO_/, UNTRUSTED],
  [
    /^HPE_|^HTTPParserError$/,
    "What answers at that port does not speak HTTP. Check the scheme (http or https) and the port of baseUrl.",
  ],
  // Of undici's ProxyAgent.
  [/^UND_ERR_ABORTED$/, "A proxy refused the connection. Check its address, user name and password."],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, CLOSED],
];

/** Explains a network error; `undefined` if its code says it all, or nothing is known of it. */
export function connectionAdvice(error: NetworkError): string | undefined {
  if (isProxyError(error)) return error.message;
  const { code, name } = error;
  return ADVICE.find(([pattern]) => pattern.test(code ?? name))?.[1];
}
