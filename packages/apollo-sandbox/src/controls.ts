import type { ChangeFeed } from "./change-feed.js";
import { assertEndpoint } from "./endpoint.js";
import { assertFault, assertTimes } from "./fault-check.js";
import { InvalidInputError } from "./invalid-input-error.js";
import { isJson, maxNesting } from "./json.js";
import type { KeyRing } from "./key-ring.js";
import { assertOutage } from "./outage.js";
import { resolvePlan } from "./plan.js";
import type { Sandbox } from "./sandbox.js";
import type { SandboxState } from "./sandbox-state.js";
import { parseSeed } from "./seed-contact.js";

/** What a person or a test can do with a sandbox. All of it checks what it is given, whoever gives it. */
export type Controls = Pick<Sandbox, "contacts" | "labels" | "requests" | "usage" | "reset" | "endOutage"> & {
  failNext(fault: unknown, times?: unknown, endpoint?: unknown): void;
  startOutage(outage?: unknown): void;
  usePlan(plan: unknown, endpoint?: unknown): void;
  addContact(fields: unknown): ReturnType<Sandbox["addContact"]>;
};

/** The controls of a sandbox, and the state that they have come to: a reset takes a new one. */
export function createControls(
  freshState: () => SandboxState,
  keys: KeyRing,
  feed: ChangeFeed,
): { readonly controls: Controls; readonly currentState: () => SandboxState } {
  let state = freshState();
  const controls: Controls = {
    contacts: () => structuredClone([...state.contacts.all()]),
    labels: () => structuredClone([...state.contacts.labels()]),
    requests: () => structuredClone([...state.requests.all()]),
    usage: (endpoint = "contacts") => {
      assertEndpoint(endpoint);
      return state.quotas[endpoint].usage();
    },
    failNext: (fault, times = 1, endpoint = "contacts") => {
      assertFault(fault);
      assertTimes(times);
      assertEndpoint(endpoint);
      state.faults[endpoint].plant(structuredClone(fault), times);
      feed.settingChanged();
    },
    startOutage: (outage = {}) => {
      assertOutage(outage);
      state.outage = { ...outage };
      feed.settingChanged();
    },
    endOutage: () => {
      state.outage = null;
      feed.settingChanged();
    },
    usePlan: (next, endpoint) => {
      if (endpoint !== undefined) assertEndpoint(endpoint);
      const plan = resolvePlan(next);
      for (const one of endpoint === undefined ? Object.values(state.quotas) : [state.quotas[endpoint]])
        one.usePlan(plan);
      feed.settingChanged();
    },
    addContact: (fields) => {
      if (!isJson(fields)) {
        throw new InvalidInputError(`A contact must be valid JSON, nested at most ${maxNesting} levels deep.`);
      }
      // Before anything is said of a value: a complaint quotes it.
      if (keys.isLeakedIn(fields)) throw new InvalidInputError("A contact must not contain a key.");
      return structuredClone(state.contacts.seed(parseSeed(fields)));
    },
    reset: () => {
      state = freshState();
      feed.everythingChanged();
    },
  };
  return { controls, currentState: () => state };
}
