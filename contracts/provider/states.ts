import type { Endpoint, Fault, PlanName, Sandbox } from "@datafly/apollo-sandbox";

/** Something that must be the case at the provider before an interaction. */
export interface ProviderState {
  readonly name: StateName;
  readonly parameters?: Record<string, JsonValue>;
}

/** A value as a contract can hold it. */
export type JsonValue = string | number | boolean | JsonValue[] | { [name: string]: JsonValue };

/** The keys that the contracts use, and what each may do. */
export const CONTRACT_KEYS = {
  "contract-key": ["contacts/create", "labels/add_entity_ids_to_label_names"],
  "contract-key-without-scope": "none",
} as const;

/** A key that may create contacts, one that may not, and one that nobody knows. */
export const [GOOD_KEY, KEY_WITHOUT_SCOPE] = ["contract-key", "contract-key-without-scope"] as const;
export const UNKNOWN_KEY = "a-key-that-nobody-knows";

/** How each state is brought about in the sandbox. */
export const STATE_HANDLERS = {
  "no contact is stored": (sandbox) => {
    sandbox.reset();
  },
  "a contact is stored": (sandbox, contact) => {
    sandbox.addContact(contact);
  },
  "the plan is": (sandbox, { plan, endpoint }) => {
    sandbox.usePlan(plan as PlanName, endpoint as Endpoint | undefined);
  },
  "the hourly quota is used up": async (sandbox) => {
    sandbox.usePlan({ minute: 200, hour: 1, day: 2000 });
    await fetch(`${sandbox.url}/contacts`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": GOOD_KEY },
      body: JSON.stringify({ first_name: "Somebody", last_name: "Else" }),
    });
  },
  "Apollo is away": (sandbox, outage) => {
    sandbox.startOutage(outage);
  },
  "the next call fails": (sandbox, { fault, endpoint }) => {
    sandbox.failNext(fault as Fault, 1, endpoint as Endpoint | undefined);
  },
} as const satisfies Record<string, (sandbox: Sandbox, parameters: Record<string, unknown>) => void | Promise<void>>;

/** The name of a state. */
export type StateName = keyof typeof STATE_HANDLERS;
