// Checked by the compiler alone: what must not compile, and what callers can rely on.
import { expectTypeOf } from "vitest";

import type { CreateContactRequest } from "@datafly/apollo-client";
import {
  createApolloConnector,
  defaultBlueprint,
  planDelivery,
  type ApolloConnector,
  type Blueprint,
  type CheckOutcome,
  type Decision,
  type DropReason,
  type Outcome,
} from "@datafly/signal-apollo-connector";

expectTypeOf(planDelivery).parameter(0).toBeUnknown();
expectTypeOf(planDelivery).returns.toEqualTypeOf<Decision>();

const decision = planDelivery({});
if (decision.action === "deliver") expectTypeOf(decision.contact).toEqualTypeOf<CreateContactRequest>();
if (decision.action === "drop") expectTypeOf(decision.reason).toEqualTypeOf<DropReason>();
// @ts-expect-error -- a drop has no contact
if (decision.action === "drop") expectTypeOf(decision.contact).toBeObject();

const connector = createApolloConnector({ apiKey: "key" });
expectTypeOf(connector).toEqualTypeOf<ApolloConnector>();
expectTypeOf<ApolloConnector["check"]>().returns.resolves.toEqualTypeOf<CheckOutcome>();
expectTypeOf<ApolloConnector["deliver"]>().returns.resolves.toEqualTypeOf<Outcome>();
// @ts-expect-error -- the key is not optional
createApolloConnector({ deduplicate: true });
// @ts-expect-error -- a setting that does not exist
createApolloConnector({ apiKey: "key", dedupe: true });
// @ts-expect-error -- no country
createApolloConnector({ apiKey: "key", defaultCountry: "Germany" });

expectTypeOf(defaultBlueprint).toExtend<Blueprint>();
// @ts-expect-error -- a field that Apollo does not have
({ ...defaultBlueprint, fields: { ...defaultBlueprint.fields, frist_name: "traits.first_name" } }) satisfies Blueprint;
// @ts-expect-error -- no place in an event
({ ...defaultBlueprint, fields: { ...defaultBlueprint.fields, title: "title" } }) satisfies Blueprint;
// @ts-expect-error -- no last name
({ ...defaultBlueprint, fields: { first_name: "traits.first_name" } }) satisfies Blueprint;
({ ...defaultBlueprint, fields: { ...defaultBlueprint.fields, title: undefined } }) satisfies Blueprint;
// @ts-expect-error -- a purpose that Signal does not have
({ ...defaultBlueprint, consent: "ads" }) satisfies Blueprint;
