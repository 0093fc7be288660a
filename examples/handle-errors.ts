// Makes every error of the client happen, and says what a program does about it.
import { createServer } from "node:net";

import { createApolloClient, isApolloError, type AnyApolloError, type CallOptions } from "@datafly/apollo-client";
import { startSandbox, type Fault } from "@datafly/apollo-sandbox";

/** What a program does next. */
type NextStep =
  "stop and put the settings right" | "give this contact up" | "send it again later" | "look into Apollo first";

/** The client has already repeated what is safe to repeat, `maxRetries` times; this is about what comes after. */
function nextStep(error: AnyApolloError, deduplicate: boolean): NextStep {
  switch (error.name) {
    // Every other contact would fare the same.
    case "AuthenticationError":
    case "PermissionDeniedError":
    case "PaymentRequiredError":
    case "NotFoundError":
    case "RedirectError":
    case "ApiKeyError":
      return "stop and put the settings right";

    // It is about this contact, and will not get better by itself. error.apolloMessage says what Apollo did not take.
    case "InvalidRequestError":
      return "give this contact up";

    // Not before error.retryAfterMs. Hold the other calls back until then, too: the quota is the whole team's.
    case "RateLimitError":
      return "send it again later";

    // 408 is a time-out on Apollo's side, and the rest is about this contact.
    case "ApolloApiError":
      if (error.status !== 408) return "give this contact up";
      break;

    // What is left says nothing about the contact: the cause lies between here and Apollo, or was your own signal.
    case "ServerError":
    case "ConnectionError":
    case "TimeoutError":
    case "UnexpectedResponseError":
    case "RequestAbortedError":
  }
  // Apollo may have written the contact. With run_dedupe a repeat updates it; without, it makes another one.
  return error.maybeDelivered && !deduplicate ? "look into Apollo first" : "send it again later";
}

const sandbox = await startSandbox();

interface Case {
  readonly what: string;
  readonly fault?: Fault;
  readonly client?: { readonly apiKey?: string; readonly baseUrl?: string };
  readonly contact?: { readonly last_name?: string };
  readonly options?: CallOptions;
}

const cases: readonly Case[] = [
  { what: "a wrong key", client: { apiKey: "wrong" } },
  { what: "a key without the scope", client: { apiKey: "sandbox-key-without-scope" } },
  { what: "an address without /api", client: { baseUrl: sandbox.url.replace("/api", "") } },
  { what: "a redirect", fault: { kind: "redirect", location: "https://login.example" } },
  { what: "an unpaid plan", fault: { kind: "status", status: 402 } },
  { what: "a contact without a last name", contact: { last_name: "" } },
  { what: "an exhausted quota", fault: { kind: "status", status: 429, headers: { "retry-after": "1800" } } },
  { what: "a gateway that fails", fault: { kind: "html" } },
  { what: "nobody at the address", client: { baseUrl: `http://127.0.0.1:${await freePort()}/api/v1` } },
  { what: "a connection lost after sending", fault: { kind: "reset", written: true } },
  { what: "an answer that never ends", fault: { kind: "stall" }, options: { timeoutMs: 200 } },
  { what: "a proxy's page in place of an answer", fault: { kind: "html", status: 200 } },
  { what: "your own signal, before the call", options: { signal: AbortSignal.abort() } },
];

for (const { what, fault, client, contact, options } of cases) {
  if (fault !== undefined) sandbox.failNext(fault);
  const apollo = createApolloClient({ apiKey: sandbox.apiKey, baseUrl: sandbox.url, ...client });
  try {
    await apollo.contacts.create({ first_name: "Ada", last_name: "Byron", ...contact }, { maxRetries: 0, ...options });
  } catch (error) {
    // Anything else is a mistake of the program's own: a wrong option, say.
    if (!isApolloError(error)) throw error;
    const [step, withDedupe] = [nextStep(error, false), nextStep(error, true)];
    console.log(`${what}: ${error.name}${error.maybeDelivered ? ", maybe delivered" : ""}`);
    console.log(`  ${step === withDedupe ? step : `${step}; with run_dedupe: ${withDedupe}`}`);
  }
}

await sandbox.close();

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}
