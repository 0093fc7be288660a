// Checked by the compiler alone: what must not compile, and what callers can rely on.
import { expectTypeOf } from "vitest";

import {
  createApolloClient,
  isApolloError,
  type ApolloClient,
  type Contact,
  type CheckedKey,
  type CreatedContact,
  type Label,
  type RateLimitWindow,
  type RateLimitError,
} from "@datafly/apollo-client";

const client = createApolloClient({ apiKey: "key" });
expectTypeOf(client).toEqualTypeOf<ApolloClient>();

void client.contacts.create({ first_name: "Ada", last_name: "Byron", run_dedupe: true });
// @ts-expect-error -- a field that Apollo does not have
void client.contacts.create({ first_name: "Ada", last_name: "Byron", emial: "ada@analytical.example" });
// @ts-expect-error -- a field of the wrong type
void client.contacts.create({ first_name: 1, last_name: "Byron" });
// @ts-expect-error -- labels are a list
void client.contacts.create({ first_name: "Ada", last_name: "Byron", label_names: "Poets" });
// @ts-expect-error -- a contact without names
void client.contacts.create({});
// @ts-expect-error -- a contact without a first name
void client.contacts.create({ last_name: "Byron" });
// @ts-expect-error -- a contact without a last name
void client.contacts.create({ first_name: "Ada" });
// @ts-expect-error -- the key is not optional
createApolloClient({});
// @ts-expect-error -- an option that does not exist
createApolloClient({ apiKey: "key", retries: 3 });
// @ts-expect-error -- an option of the call that does not exist
void client.contacts.create({ first_name: "Ada", last_name: "Byron" }, { timeout: 3 });

// A key that is rotated, headers, and a hook.
createApolloClient({ apiKey: () => "key", headers: { "x-tenant": "a" }, onAttempt: ({ result }) => result });
createApolloClient({ apiKey: () => Promise.resolve("key") });
void client.contacts.create({ first_name: "Ada", last_name: "Byron" }, { headers: { traceparent: "00" } });
// @ts-expect-error -- a key function that returns something else
createApolloClient({ apiKey: () => 4711 });
// @ts-expect-error -- a header that is not a text
createApolloClient({ apiKey: "key", headers: { "x-tenant": 1 } });

// The raw client knows the operations of the description, and their bodies.
void client.api.POST("/contacts", { body: { first_name: "Ada", last_name: "Byron" }, timeoutMs: 1_000 });
void client.api.GET("/auth/health");
// @ts-expect-error -- a path that is not described
void client.api.GET("/auth/helth");
// @ts-expect-error -- a method that the path does not have
void client.api.GET("/contacts");
// @ts-expect-error -- a body without a name
void client.api.POST("/contacts", { body: { first_name: "Ada" } });
const raw = await client.api.GET("/auth/health");
expectTypeOf(raw.data?.is_logged_in).toEqualTypeOf<boolean | undefined>();
// @ts-expect-error -- a field that the answer does not have
expectTypeOf(raw.data?.is_loged_in).toBeNever();

expectTypeOf<ApolloClient["contacts"]["create"]>().returns.resolves.toEqualTypeOf<CreatedContact>();
expectTypeOf<ApolloClient["checkKey"]>().returns.resolves.toEqualTypeOf<CheckedKey>();
declare const result: CreatedContact;
expectTypeOf(result.contact).toEqualTypeOf<Contact>();
expectTypeOf(result.contact.id).toEqualTypeOf<string>();
expectTypeOf(result.contact.email).toEqualTypeOf<string | null | undefined>();
// @ts-expect-error -- a field that no contact has
expectTypeOf(result.contact.emial).toBeNever();
// @ts-expect-error -- a field that no label has
expectTypeOf(result.labels[0]?.nmae).toBeNever();
// @ts-expect-error -- a field that a match does not have
expectTypeOf(result.dedupeResult?.found).toBeNever();
expectTypeOf(result.labels).toEqualTypeOf<readonly Label[]>();
expectTypeOf(result.rateLimit.hour).toEqualTypeOf<RateLimitWindow | null>();
// @ts-expect-error -- a window may be unlimited or unknown
expectTypeOf(result.rateLimit.hour.left).toEqualTypeOf<number>();

declare const caught: unknown;
if (isApolloError(caught)) {
  expectTypeOf(caught.maybeDelivered).toEqualTypeOf<boolean>();
  expectTypeOf(caught.status).toEqualTypeOf<number | undefined>();
  expectTypeOf(caught.headers).toEqualTypeOf<Headers | undefined>();
  if (caught.name === "RateLimitError") expectTypeOf(caught).toExtend<RateLimitError | { status: number }>();
  // @ts-expect-error -- a name that no error has
  if (caught.name === "RatelimitError") throw new Error("unreachable");
}
