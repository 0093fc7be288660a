import type { Io } from "../io.js";
import { UsageError } from "../usage-error.js";

/** The proxy that the environment names. Its password is in `authorization` and nowhere else. */
export interface Proxy {
  /** Its URL, without user name and password. */
  readonly url: string;
  /** The `Proxy-Authorization` header, if the URL has a user name or a password. */
  readonly authorization: string | undefined;
  /** The hosts that are called directly. */
  readonly noProxy: string;
  /** What messages call it: its host and port, and the variable that names it. */
  readonly name: string;
  /** The variable that names it. */
  readonly variable: string;
}

type Environment = Io["env"];

/** As undici and Node read them: lower case first, and HTTP_PROXY also for https. An empty one switches the upper case off. */
const VARIABLES: Readonly<Partial<Record<string, readonly (readonly [lower: string, upper: string])[]>>> = {
  "https:": [
    ["https_proxy", "HTTPS_PROXY"],
    ["http_proxy", "HTTP_PROXY"],
  ],
  "http:": [["http_proxy", "HTTP_PROXY"]],
};

/**
 * The proxy for calls to `target`; `undefined` if the environment names none for its scheme, or switches it off with `NO_PROXY=*`.
 *
 * @throws UsageError if it is not the URL of a proxy. The message does not repeat it: it may hold a password
 */
export function proxyOf(env: Environment, target: string): Proxy | undefined {
  const scheme = URL.canParse(target) ? new URL(target).protocol : "";
  const variable = VARIABLES[scheme]
    ?.map(([lower, upper]) => (env[lower] === undefined ? upper : lower))
    .find((name) => (env[name] ?? "") !== "");
  if (variable === undefined) return undefined;
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? "";
  if (noProxy.split(/[,\s]/).includes("*")) return undefined;

  const url = parse(env[variable] ?? "");
  const authorization = url && authorizationOf(url);
  if (url === undefined || authorization === undefined) {
    throw new UsageError(
      `${variable} is not the URL of an HTTP proxy, such as http://proxy.example:3128. Percent-encode special characters in its user name and password.`,
    );
  }
  return {
    url: url.origin,
    authorization: authorization === "" ? undefined : authorization,
    noProxy,
    name: `proxy ${url.host} (${variable})`,
    variable,
  };
}

function parse(text: string): URL | undefined {
  // Many write it without a scheme, and curl takes it for http.
  const withScheme = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") return undefined;
  // What looks like a path is the rest of a password that is not encoded; its beginning would be taken for the host.
  return url.pathname === "/" && !/[?#]/.test(url.href) ? url : undefined;
}

/** The header, empty if there is nothing to show; `undefined` if the URL is not encoded as it should be. */
function authorizationOf({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return "";
  try {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(credentials).toString("base64")}`;
  } catch {
    return undefined;
  }
}
