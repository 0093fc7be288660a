import { printable } from "../text/printable.js";
import type { Proxy } from "./proxy.js";

/**
 * A proxy did not let a call through: nothing of it reached the vendor. A connector knows this error by its name, and makes its message
 * a part of its own.
 */
export class ProxyError extends Error {
  override readonly name = "ProxyError";

  /** The proxy answered with a status that is not success. */
  static refused({ name, variable }: Proxy, status: number): ProxyError {
    const advice =
      status === 407
        ? `Check the user name and the password in ${variable}.`
        : `Ask those who run the proxy to allow it, or list the host in NO_PROXY if it can be reached directly.`;
    return new ProxyError(`The ${name} refused the connection (${status}). ${advice}`);
  }

  /** The proxy could not be reached, hung up, or did not answer. */
  static failed({ name, variable }: Proxy, error: unknown): ProxyError {
    if (error instanceof ProxyError) return error;
    const { code } = error as { code?: unknown };
    const why = typeof code === "string" ? ` (${printable(code)})` : "";
    return new ProxyError(
      `The ${name} cannot be reached, or does not answer${why}. Check ${variable} and the network.`,
    );
  }
}
