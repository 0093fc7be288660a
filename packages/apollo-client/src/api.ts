import openapiFetch, { type Client } from "openapi-fetch";
import { ownProperties, TransportRequest, type TransportResponse } from "@datafly/safe-http";

import { checkCallOptions } from "./checked-options.js";
import type { paths } from "./generated/apollo.js";
import type { CallOptions } from "./options.js";

/**
 * The typed client of openapi-fetch for all operations of the API's description, over this client's own transport.
 *
 * The init of a call takes `signal`, `timeoutMs` and `maxRetries` as well. A call that does not succeed throws an `ApolloError`, so
 * that `error` is never there. Bodies are JSON: `parseAs` and bodies that are not text after serialization are not supported.
 */
export type ApolloApi = Client<paths>;

type ClientOptions = NonNullable<Parameters<typeof openapiFetch>[0]>;

// In CommonJS the default import of a module like this one is its whole namespace.
const createClient = (openapiFetch as { readonly default?: typeof openapiFetch }).default ?? openapiFetch;

/** Makes a client of openapi-fetch over a transport. It never sees the key. */
export function createApi(baseUrl: string, transport: (request: unknown) => Promise<TransportResponse>): ApolloApi {
  return createClient<paths>({
    ...callInit(undefined),
    baseUrl,
    fetch: transport as unknown as NonNullable<ClientOptions["fetch"]>,
    Request: TransportRequest as unknown as NonNullable<ClientOptions["Request"]>,
  });
}

/** The init of a call for openapi-fetch, which passes on to the transport what it does not know. */
interface CallInit<Body> {
  readonly body: Body;
  readonly [name: string]: unknown;
}

/** Without anything to inherit. */
const NO_PARAMS = ownProperties({ query: ownProperties({}) });

/**
 * Makes the init of a call, with own properties for all that openapi-fetch reads of it: it takes inherited ones as well, so that an
 * `Object.prototype.headers`, as a careless library may define, would be part of every call.
 *
 * @throws TypeError if an option is unknown, or a header is wrong
 */
export function callInit(options: CallOptions | undefined): Readonly<Record<string, unknown>>;
export function callInit<Body>(
  options: CallOptions | undefined,
  body: Body,
  bodySerializer: (body: unknown) => string,
): CallInit<Body>;
export function callInit(options: CallOptions | undefined, body?: unknown, bodySerializer?: unknown): object {
  const { signal, timeoutMs, maxRetries, headers } = options === undefined ? NO_OPTIONS : checkCallOptions(options);
  // Written out, not spread: that costs several microseconds a call.
  return {
    signal,
    timeoutMs,
    maxRetries,
    headers,
    body,
    bodySerializer,
    baseUrl: undefined,
    fetch: undefined,
    Request: undefined,
    params: NO_PARAMS,
    querySerializer: undefined,
    pathSerializer: undefined,
    // The transport has parsed the body.
    parseAs: "stream",
    middleware: undefined,
    requestInitExt: undefined,
  };
}

const NO_OPTIONS = ownProperties<CallOptions>({});

/** Waits for a call. The transport resolves only with a response that proves success. */
export async function send<Data>(
  call: Promise<{ readonly data?: Data; readonly response: Response }>,
): Promise<{ readonly data: NonNullable<Data>; readonly response: TransportResponse }> {
  const { response } = (await call) as { readonly response: unknown };
  const proven = response as TransportResponse;
  return { data: proven.data as NonNullable<Data>, response: proven };
}
