import type * as z from "zod";

import { blueprintSchema, type BlueprintOf } from "../blueprint/blueprint.js";
import { blueprintJsonSchema } from "../blueprint/blueprint-json-schema.js";
import type { CustomValue, GroupRule, ListRule, RecordOf, RejectReasonOf } from "../blueprint/record-definition.js";
import type { Decision, DeliverDecision, DropReason } from "../decision/decision.js";
import type { Explanation } from "../decision/explanation.js";
import { checkValue } from "../decision/issue.js";
import type { Remark } from "../decision/remark.js";
import type { CountryCode } from "../normalise/country-code.js";
import type { FieldRule } from "../normalise/field-rule.js";
import type { ValueWarning } from "../normalise/value-warning.js";
import { deepFreeze } from "../object/deep-freeze.js";
import { ownCopy } from "../object/own-copy.js";
import { compilePlan } from "../plan/compiled-plan.js";
import { findNearMiss } from "../plan/near-miss.js";
import { planEvent, traceEvent } from "../plan/plan-event.js";
import { valueWarnings } from "../plan/value-warnings.js";
import type { CheckResult, Planner, SendOptions } from "./connector.js";
import type { ConnectorDefinition, ConnectorTools } from "./connector-definition.js";
import type { SendResult } from "./send-result.js";
import { SettingsError } from "./settings-error.js";
import type { Vendor } from "./vendor.js";

/** The record of a connector, by the tables that its author writes. */
export interface RecordTables<
  Fields extends Readonly<Record<string, FieldRule>>,
  Lists extends Readonly<Record<string, ListRule>>,
  Groups extends Readonly<Record<string, GroupRule>>,
  Code extends string,
> {
  /** The vendor's name: `Acme`. */
  readonly name: string;
  /** What the vendor calls a record: `person`. */
  readonly record: string;
  /** Every warning, in words. */
  readonly warnings: Readonly<Record<Code | ValueWarning, Explanation>>;
  /** The fields of a record, each with the rule for its values. */
  readonly fields: Fields;
  /** The lists of a record, each with the rule for its entries. */
  readonly lists: Lists;
  /** The groups of custom fields. */
  readonly groups: Groups;
}

/**
 * What an author writes of a connector: data, and the functions that make one call.
 *
 * @typeParam Settings the zod schema of the settings
 * @typeParam Fields the fields of the record
 * @typeParam Lists its lists
 * @typeParam Groups its groups of custom fields
 * @typeParam Code the warnings of the author's own
 * @typeParam Client what calls the vendor, with its settings
 */
export interface ConnectorParts<
  Settings extends z.ZodObject,
  Fields extends Readonly<Record<string, FieldRule>>,
  Lists extends Readonly<Record<string, ListRule>>,
  Groups extends Readonly<Record<string, GroupRule>>,
  Code extends string,
  Client,
> extends Pick<
  ConnectorDefinition<Settings, BlueprintOf<RecordTables<Fields, Lists, Groups, Code>>>,
  "title" | "address" | "words"
> {
  /** The vendor's name and words. What the kit can say of itself need not be written: drops, `invalid_event`, its own warnings. */
  readonly vendor: Pick<Vendor, "name" | "connector" | "record" | "failures"> & {
    /** Why an event is rejected, for each reason that a field names as `required`. */
    readonly rejections: Readonly<
      Record<Exclude<RejectReasonOf<RecordTables<Fields, Lists, Groups, Code>>, "invalid_event">, Explanation>
    >;
    /** The warnings of normalisers of your own, and any of the kit's that you word otherwise. Default: the kit's alone */
    readonly warnings?: Readonly<Record<Code, Explanation>>;
    /** Why events are dropped, where you word it otherwise. */
    readonly drops?: Readonly<Partial<Record<DropReason, Explanation>>>;
    /** The quotas, the shortest first. Default: none */
    readonly quotas?: Vendor["quotas"];
  };
  /** The settings: one zod object, each of its fields made with `setting`. */
  readonly settings: Settings;
  /**
   * The fields of the record that hold one text each, by their names in the payload. Spread the kit's: `emailField`, `phoneField`,
   * `textField`; and mark those without which an event is rejected: `{ ...emailField, required: "missing_email" }`.
   */
  readonly fields: Fields & Readonly<Record<string, FieldRule<NoInfer<Code> | ValueWarning>>>;
  /** The fields that hold a list of texts. Default: none */
  readonly lists?: Lists;
  /** The fields that hold values by ids of the customer's own, such as custom fields. Default: none */
  readonly groups?: Groups;
  /** Signal's blueprint for this vendor: which events become records, under which consent, with what in them. */
  readonly defaultBlueprint: NoInfer<BlueprintOf<RecordTables<Fields, Lists, Groups, Code>>>;
  /** Fields that each record has, from settings and not from events. Default: none */
  readonly constants?: (settings: Partial<z.output<Settings>>) => Readonly<Record<string, CustomValue>>;
  /** The country of phone numbers that do not name theirs. Default: such numbers are omitted */
  readonly defaultCountry?: (settings: Partial<z.output<Settings>>) => CountryCode | undefined;
  /**
   * Whom a record is about: equal for events that the vendor would write into one record. The engine delivers those one at a time and in
   * order. `personKey` does for a vendor that matches by several things.
   */
  readonly key: (record: RecordOf<RecordTables<Fields, Lists, Groups, Code>>, event: unknown) => string;
  /** Whether sending a record twice leaves the vendor as sending it once would. Only then is a call of unknown fate retried. */
  readonly idempotent: boolean | ((settings: z.output<Settings>) => boolean);
  /**
   * Makes what calls the vendor, once for all calls: `createHttp`, or a client of your own with the `fetch` of the tools. No I/O yet.
   *
   * @throws SettingsError if a setting cannot be used
   */
  readonly client: (settings: z.output<Settings>, tools: ConnectorTools) => Client;
  /**
   * Makes **one** call, and retries nothing. Resolves with what came of it, failures included. Its warnings begin with those of the
   * decision.
   */
  readonly send: (
    client: NoInfer<Client>,
    decision: DeliverDecision<RecordOf<RecordTables<Fields, Lists, Groups, Code>>>,
    options: SendOptions,
  ) => Promise<SendResult>;
  /** Looks whether address, credentials and permissions are right, without writing. Default: the next event is the probe */
  readonly check?: (client: NoInfer<Client>, options: SendOptions) => Promise<CheckResult>;
  /** What a person should know of a record before it is delivered. For previews. */
  readonly remark?: (record: RecordOf<RecordTables<Fields, Lists, Groups, Code>>) => Remark | undefined;
}

/** From a blueprint to the names of the events of a place: the blueprint, `fields`, a list, a place, `events`. */
const BLUEPRINT_DEPTH = 5;

/**
 * Makes a connector of its parts: `plan`, the checks and the JSON Schema of blueprints, traces and near misses follow from the tables.
 * The delivery engine makes a command line of it, with `createDeliveryProgram`.
 *
 * The order of a plan is that of every connector: is the event mapped, is consent granted, what does it become. A name in the blueprint
 * that `fields` does not have, a required reason or a warning without words do not compile.
 *
 * @throws SettingsError if the default blueprint is wrong
 *
 * @example
 * ```js
 * import { defineConnector, emailField, setting, textField } from "@datafly/signal-connector-kit";
 * import { bearer, createHttp, HTTP_FAILURES } from "@datafly/signal-connector-kit/http";
 * import * as z from "zod";
 *
 * export const connector = defineConnector({
 *   vendor: {
 *     name: "Acme",
 *     connector: "acme",
 *     record: "person",
 *     failures: HTTP_FAILURES,
 *     rejections: { missing_email: { meaning: "no e-mail address", whatToDo: "Require one in the form." } },
 *   },
 *   settings: z.object({
 *     token: setting(z.string(), {
 *       title: "Token",
 *       description: "A token of Acme that may write people.",
 *       usedFor: "sending",
 *       secret: true,
 *       env: "ACME_TOKEN",
 *     }),
 *   }),
 *   fields: { email: { ...emailField, required: "missing_email" }, company: textField },
 *   defaultBlueprint: {
 *     events: ["Signed Up"],
 *     consent: "marketing",
 *     fields: { email: "traits.email", company: "traits.company" },
 *   },
 *   key: ({ email }) => email,
 *   idempotent: true,
 *   client: ({ token }, tools) =>
 *     createHttp({ vendor: "Acme", baseUrl: "https://api.acme.example", authentication: bearer(token), ...tools }),
 *   send: (http, { payload: { email, ...json }, warnings }, options) =>
 *     http.send({ method: "PUT", path: ["people", email], json, warnings }, options),
 * });
 * ```
 */
export function defineConnector<
  Settings extends z.ZodObject,
  const Fields extends Readonly<Record<string, FieldRule>>,
  Client,
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- no lists and no groups: nothing has a name
  const Lists extends Readonly<Record<string, ListRule>> = {},
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the same
  const Groups extends Readonly<Record<string, GroupRule>> = {},
  Code extends string = never,
>(
  parts: ConnectorParts<Settings, Fields, Lists, Groups, Code, Client>,
): ConnectorDefinition<
  Settings,
  BlueprintOf<RecordTables<Fields, Lists, Groups, Code>>,
  RecordOf<RecordTables<Fields, Lists, Groups, Code>>
> {
  type Payload = RecordOf<Tables>;
  type Tables = RecordTables<Fields, Lists, Groups, Code>;
  const { settings, title, address, words, idempotent } = parts;
  const vendor = vendorOf(parts.vendor);
  const tables: Tables = {
    name: vendor.name,
    record: vendor.record,
    warnings: vendor.warnings,
    fields: parts.fields,
    lists: parts.lists ?? ({} as Lists),
    groups: parts.groups ?? ({} as Groups),
  };
  const schema = blueprintSchema(tables);
  const checkBlueprint = (value: unknown) => {
    const checked = checkValue(schema, ownCopy(value, BLUEPRINT_DEPTH), "blueprint");
    if ("issues" in checked) throw new SettingsError(checked.issues);
    return checked.value;
  };

  const planner = (given: Partial<z.output<Settings>>, blueprint: BlueprintOf<Tables>): Planner<Payload> => {
    const plan = compilePlan(tables, {
      blueprint,
      defaultCountry: parts.defaultCountry?.(given),
      constants: parts.constants?.(given),
    });
    const { consent, events } = plan.blueprint;
    return {
      vendor,
      purpose: consent,
      events: [...events],
      plan: (event): Decision<Payload> => {
        const decision = planEvent(event, plan);
        if (decision.action !== "deliver") return decision;
        try {
          return { ...decision, person: parts.key(decision.payload, event) };
        } catch {
          // Only an object with getters or a proxy that throws, which the key reads.
          const message = "It cannot be told whom the event is about";
          return { action: "reject", reason: "invalid_event", issues: [{ path: "", message }] };
        }
      },
      trace: (event) =>
        traceEvent(event, plan).map((mapped) => ({ ...mapped, field: withoutGroup(mapped.field, tables.groups) })),
      nearMiss: (event) => findNearMiss(event, events),
      remark: ({ payload }) => parts.remark?.(payload),
    };
  };

  return {
    vendor,
    settings,
    title,
    address,
    words,
    blueprint: {
      default: deepFreeze(checkBlueprint(parts.defaultBlueprint)),
      check: checkBlueprint,
      jsonSchema: () => blueprintJsonSchema(tables),
    },
    plan: planner,
    connect: (given, blueprint, tools) => {
      const client = parts.client(given, tools);
      const { check } = parts;
      return {
        ...planner(given, blueprint),
        idempotent: typeof idempotent === "function" ? idempotent(given) : idempotent,
        send: (decision, options = {}) => parts.send(client, decision, options),
        ...(check !== undefined && { check: (options: SendOptions = {}) => check(client, options) }),
      };
    },
  };
}

/** The vendor as the engine knows it, with the words that are the same for all. */
function vendorOf({
  name,
  connector,
  record,
  failures,
  rejections,
  warnings,
  drops,
  quotas = [],
}: Omit<Vendor, "drops" | "quotas" | "warnings"> & {
  readonly drops?: Partial<Vendor["drops"]>;
  readonly quotas?: Vendor["quotas"];
  readonly warnings?: Vendor["warnings"];
}): Vendor {
  return deepFreeze({
    name,
    connector,
    record,
    failures: { ...failures },
    quotas: [...quotas],
    drops: {
      event_not_mapped: {
        meaning: `not one of the events that become ${record}s`,
        whatToDo:
          "No action is needed if that is intended. Otherwise add the event's exact name to the events of your own blueprint. Names are case-sensitive; preview suggests the most likely match.",
      },
      consent_denied: { meaning: "consent is denied", whatToDo: "No action is needed: the person refused." },
      consent_missing: {
        meaning: "no consent is known",
        whatToDo:
          "If the person did consent, check context.consent.canonical in the event: only the literal true grants consent; the texts “true” and “granted” do not. A duplicate name in the consent counts as no consent.",
      },
      ...drops,
    },
    rejections: {
      invalid_event: {
        meaning: "not a Signal event",
        whatToDo:
          "Read the issues: each says what is wrong and where. Fix the sender for future events. To send this one, correct the event in the dead-letter file and replay it, or delete its line to give it up.",
      },
      ...rejections,
    },
    warnings: { ...valueWarnings(name), ...warnings },
  });
}

/** Custom fields are shown by their id alone. */
function withoutGroup(field: string, groups: Readonly<Record<string, unknown>>): string {
  const group = Object.keys(groups).find((name) => field.startsWith(`${name}.`));
  return group === undefined ? field : field.slice(group.length + 1);
}
