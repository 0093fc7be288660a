import type { Connector } from "../connector/connector.js";
import type { MappedField } from "../decision/mapped-field.js";
import { ensure, type ConformanceCase } from "./conformance-case.js";
import type { ConformanceEvent } from "./conformance-options.js";
import { valuePlaces, withValue, type Place } from "./event-parts.js";
import { anyText, forAll } from "./random-events.js";
import { snapshot } from "./snapshot.js";
import type { Suite } from "./suite.js";

/** A text with nothing to see in it. */
const BLANK = /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}]*$/u;

/** What a form sends for a field that nobody filled in, and what programs make of it. */
const EMPTY_VALUES: readonly unknown[] = [
  "",
  " ",
  "\t\r\n",
  "\u00a0",
  "\u200b",
  "\u2060\u00ad",
  "\u3164",
  null,
  [],
  {},
  [""],
];

/** A value that no field can hold, easy to find wherever it is repeated. */
const SENTINELS: readonly unknown[] = [
  "?conformance-sentinel?",
  "conformance sentinel",
  ["conformance-sentinel"],
  "@conformance-sentinel",
];
const SENTINEL = /conformance.sentinel/i;

/** Checks the values that are sent, and the words about those that are not. */
export function valueCases<Payload>(suite: Suite<Payload>): readonly ConformanceCase[] {
  const { events } = suite;

  return [
    {
      name: "values: no empty value is sent",
      run: async () => {
        const connector = await suite.disconnected();
        const check = (event: ConformanceEvent) => {
          const decision = connector.plan(event);
          const empty = decision.action === "deliver" ? emptyIn(decision.payload, []) : undefined;
          ensure(
            empty === undefined,
            `The payload has an empty value at ${empty?.join(".") ?? ""}.`,
            "omit a field that has no value: many vendors delete what they have stored for it",
          );
        };
        for (const event of events) {
          check(event);
          const places = valuePlaces(event);
          for (const place of places) for (const value of EMPTY_VALUES) check(withValue(event, place, value));
          for (const value of EMPTY_VALUES) check(places.reduce((one, place) => withValue(one, place, value), event));
          for (const place of places) {
            forAll(suite, anyText, (text) => {
              check(withValue(event, place, text));
            });
          }
        }
      },
    },
    {
      name: "values: a value that is sent stays as it is when it is planned again (needs trace)",
      run: async () => {
        const connector = await suite.disconnected();
        for (const event of events) {
          for (const { place, field } of normalisedPlaces(connector, event, suite.derivedFields)) {
            const sentFor = (value: unknown) =>
              connector.trace?.(withValue(event, place, value)).find((one) => one.field === field)?.sent;
            forAll(suite, anyText, (text) => {
              const sent = sentFor(text);
              if (sent === undefined) return;
              const again = sentFor(sent);
              ensure(
                again === sent,
                `${field} is sent as ${JSON.stringify(sent)}, and that, in an event, is sent as ${JSON.stringify(again)}.`,
                "make normalisation idempotent; list the field in derivedFields if its value is made from the event's instead of being it",
              );
            });
          }
        }
      },
    },
    {
      name: "values: what trace shows as sent is what plan sends",
      run: async () => {
        const connector = await suite.disconnected();
        for (const event of events) {
          const { payload, warnings } = suite.planned(connector, event);
          const text = snapshot(payload);
          for (const { field, sent, warning } of connector.trace?.(event) ?? []) {
            ensure(
              sent === undefined || text.includes(snapshot(sent)),
              `trace shows a value of ${field} that is not in the payload.`,
              "make trace and plan of the same mapping",
            );
            ensure(
              warning === undefined || warnings.some((one) => one.code === warning.code && one.field === warning.field),
              `trace shows a warning about ${field} that plan does not return.`,
              "make trace and plan of the same mapping",
            );
          }
        }
      },
    },
    {
      name: "values: no value of an event is in the words of warnings, issues and remarks",
      run: async () => {
        const connector = await suite.disconnected();
        for (const event of events)
          for (const place of valuePlaces(event))
            for (const sentinel of SENTINELS) {
              const words = wordsOf(connector, withValue(event, place, sentinel));
              ensure(
                !words.some((text) => SENTINEL.test(text)),
                `A value at ${place.join(".")} is repeated: ${words.find((text) => SENTINEL.test(text)) ?? ""}`,
                "say what is wrong and where, without the value: these words go into logs, which hold no personal data",
              );
            }
      },
    },
  ];
}

/** Where in a payload there is an empty value, if there is one. */
function emptyIn(value: unknown, path: Place): Place | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return BLANK.test(value) ? path : undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path;
  if (value === null) return path;
  if (typeof value !== "object") return undefined;
  const entries = value instanceof URLSearchParams ? [...value] : Object.entries(value);
  const isPlain = Array.isArray(value) || value.constructor === Object || Object.getPrototypeOf(value) === null;
  if (entries.length === 0 && path.length > 0 && isPlain) return path;
  for (const [name, one] of entries) {
    const found = emptyIn(one, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The places of an event that a field takes its value from, each alone. */
function normalisedPlaces(
  connector: Connector,
  event: ConformanceEvent,
  derivedFields: readonly string[],
): readonly { readonly place: Place; readonly field: string }[] {
  const traced = connector.trace?.(event) ?? [];
  const isAlone = ({ field, source }: MappedField) =>
    traced.filter((one) => one.source === source || one.field === field).length === 1;
  return valuePlaces(event).flatMap((place) => {
    const mapped = traced.find(({ source }) => source === place.join("."));
    if (mapped === undefined || !isAlone(mapped) || derivedFields.includes(mapped.field)) return [];
    return [{ place, field: mapped.field }];
  });
}

/** Everything that is said of an event in words that are safe for logs. */
function wordsOf<Payload>(connector: Connector<Payload>, event: ConformanceEvent): readonly string[] {
  const decision = connector.plan(event);
  if (decision.action === "drop") return [];
  const said = decision.action === "deliver" ? decision.warnings : decision.issues;
  const remark = decision.action === "deliver" ? connector.remark?.(decision) : undefined;
  const traced = connector.trace?.(event).flatMap(({ warning }) => warning ?? []) ?? [];
  return [...said, ...traced, ...(remark ? [remark] : [])].map(({ message }) => message);
}
