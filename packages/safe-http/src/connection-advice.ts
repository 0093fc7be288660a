import { isProxyError, type NetworkError } from "./network-error.js";

const CHECK = " Check the scheme (http or https) and the port of baseUrl.";
const CERTIFICATE = "The server's certificate ";

/**
 * What is wrong, by the code of a network error, or by its name if it has none. As Node 20, 22 and 24 report it; the first that
 * matches counts.
 *
 * A server that requires a client certificate says so in the handshake of TLS 1.2. In TLS 1.3 the client's part of the handshake
 * is over by then and the request may be on its way; Node's `fetch` reports a closed connection and nothing else.
 */
const ADVICE: readonly (readonly [code: RegExp, advice: string])[] = [
  [/SSL_(WRONG_VERSION_N|PACKET_LENGTH_TOO_L|BAD_RECORD_TYPE|HTTP_REQUEST)/, "That port does not speak TLS." + CHECK],
  [/SSL_(.*ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)/, "The server speaks only TLS before 1.2."],
  [
    /SSL_.*(CERTIFICATE_REQUIRED|ALERT_HANDSHAKE)/,
    "The server refused the TLS handshake. It may require a client certificate.",
  ],
  [/^EPROTO|SSL_/, "TLS failed." + CHECK],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)/, CERTIFICATE + "has expired or is not valid yet."],
  [/ALTNAME/, CERTIFICATE + "is for another host name."],
  [
    /SELF_SIGNED|^UNABLE_TO_/,
    CERTIFICATE + "is not trusted here. Set NODE_EXTRA_CA_CERTS to the authority's certificate, or check baseUrl.",
  ],
  [/^HPE_|^HTTPParserError$/, "That port does not speak HTTP." + CHECK],
  // Of undici's ProxyAgent.
  [/^UND_ERR_ABORTED$/, "A proxy refused the connection."],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "The other side closed the connection." + CHECK],
];

/** Explains a network error; `undefined` if its code says it all, or nothing is known of it. */
export function connectionAdvice(error: NetworkError): string | undefined {
  if (isProxyError(error)) return error.message;
  const { code, name } = error;
  return ADVICE.find(([pattern]) => pattern.test(code ?? name))?.[1];
}
