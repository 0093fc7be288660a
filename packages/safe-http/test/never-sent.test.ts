import { expect, test } from "vitest";

import { networkErrorCode } from "../src/network-error.js";
import { neverSent } from "../src/never-sent.js";

const failed = (cause: unknown) => Object.assign(new TypeError("fetch failed"), { cause });
const systemError = (code: string, syscall: string) => Object.assign(new Error(code), { code, syscall });

const circle = new Error("round");
circle.cause = circle;

test.each([
  ["connection refused", failed(systemError("ECONNREFUSED", "connect")), true],
  ["an unknown host", failed(systemError("ENOTFOUND", "getaddrinfo")), true],
  ["a connect time-out of the system", failed(systemError("ETIMEDOUT", "connect")), true],
  ["a connect time-out of undici", failed(Object.assign(new Error("…"), { code: "UND_ERR_CONNECT_TIMEOUT" })), true],
  ["no route", failed(systemError("EHOSTUNREACH", "connect")), true],
  [
    "a certificate that is not trusted",
    failed(Object.assign(new Error("…"), { code: "SELF_SIGNED_CERT_IN_CHAIN" })),
    true,
  ],
  [
    "all addresses refused",
    failed(new AggregateError([systemError("ECONNREFUSED", "connect"), systemError("ENETUNREACH", "connect")])),
    true,
  ],
  [
    "one address lost after connecting",
    failed(new AggregateError([systemError("ECONNREFUSED", "connect"), systemError("ECONNRESET", "read")])),
    false,
  ],
  ["several failures, of which none is told", failed(new AggregateError([])), false],
  ["Bun's refusal", Object.assign(new Error("…"), { code: "ConnectionRefused" }), true],
  ["a reset while reading", failed(systemError("ECONNRESET", "read")), false],
  ["a time-out while reading", failed(systemError("ETIMEDOUT", "read")), false],
  [
    "a socket that was closed",
    failed(Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" })),
    false,
  ],
  [
    "an answer that is no TLS, which may come after the request",
    failed(Object.assign(new Error("…"), { code: "ERR_SSL_WRONG_VERSION_NUMBER", syscall: "write" })),
    false,
  ],
  [
    "a lost connection whose cause was a host that is unknown",
    Object.assign(systemError("ECONNRESET", "read"), { cause: systemError("ENOTFOUND", "getaddrinfo") }),
    false,
  ],
  [
    "a code that is a number, such as a DOMException's, around a refused connection",
    failed(
      Object.assign(new DOMException("Request was cancelled."), { cause: systemError("ECONNREFUSED", "connect") }),
    ),
    true,
  ],
  ["a proxy that let nothing through", failed(Object.assign(new Error("…"), { name: "ProxyError" })), true],
  ["no cause", new TypeError("Failed to fetch"), false],
  ["what is no error", "boom", false],
  ["nothing", undefined, false],
  ["causes in a circle", circle, false],
])("%s", (_, error, expected) => {
  expect(neverSent(error)).toBe(expected);
});

test("the first code in the chain is what a person is told", () => {
  expect(networkErrorCode(failed(systemError("ECONNREFUSED", "connect")))).toBe("ECONNREFUSED");
  expect(networkErrorCode(circle)).toBeUndefined();
});
