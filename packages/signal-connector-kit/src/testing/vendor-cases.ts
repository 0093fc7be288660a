import type { QuotaDefinition } from "../connector/vendor.js";
import { CONSENT_PURPOSES } from "../consent/consent.js";
import { DROP_REASONS } from "../decision/decision.js";
import { isObject } from "../object/is-object.js";
import { ensure, type ConformanceCase } from "./conformance-case.js";
import type { Suite } from "./suite.js";

/** Names of waits that the engine has for itself. */
const RESERVED_WINDOWS = ["unknown", "setup", "outage", "asked"];
const CLASSES = ["setup", "throttle", "transient", "final", "interrupted"];

/** Checks the data by which the engine reports and counts. */
export function vendorCases<Payload>(suite: Suite<Payload>): readonly ConformanceCase[] {
  return [
    {
      name: "vendor: its words are complete, and its names fit into metrics and logs",
      run: async () => {
        const { vendor, purpose, events } = await suite.disconnected();
        ensure(vendor.name.trim() !== "", "vendor.name is empty.", "set it to the vendor's name, as people write it");
        ensure(
          /^[a-z][a-z0-9_-]*$/.test(vendor.connector),
          `vendor.connector is ${JSON.stringify(vendor.connector)}.`,
          "use lower-case letters, digits, - and _: it is a label of metrics",
        );
        ensure(
          /^[a-z]+$/.test(vendor.record),
          `vendor.record is ${JSON.stringify(vendor.record)}.`,
          "use one word in lower case, such as contact: reports call the vendor's id of it contactId",
        );
        ensure(
          CONSENT_PURPOSES.includes(purpose),
          `purpose is ${JSON.stringify(purpose)}.`,
          `use one of ${CONSENT_PURPOSES.join(", ")}`,
        );
        ensure(
          events.length > 0 && suite.events.every(({ event }) => events.includes(event as string)),
          "connector.events does not list the event of every example.",
          "list the names of all events that become records, as the settings have them",
        );
        ensure(
          DROP_REASONS.every((reason) => Object.hasOwn(vendor.drops, reason)),
          "vendor.drops lacks a reason.",
          `explain each of ${DROP_REASONS.join(", ")}`,
        );
        const { drops, rejections, failures, warnings } = vendor;
        for (const [table, entries] of Object.entries({ drops, rejections, failures, warnings }))
          for (const [name, words] of Object.entries(entries))
            ensure(
              isObject(words) && isText(words.meaning) && isText(words.whatToDo),
              `vendor.${table}.${name} lacks its meaning or whatToDo.`,
              "say in a few words what it means, and in a sentence what to do about it",
            );
        for (const [name, failure] of Object.entries(failures))
          ensure(
            CLASSES.includes(failure.class),
            `vendor.failures.${name} has the class ${JSON.stringify(failure.class)}.`,
            `use one of ${CLASSES.join(", ")}`,
          );
      },
    },
    {
      name: "vendor: its quotas are listed the shortest first, each with a name and a length",
      run: async () => {
        const { vendor } = await suite.disconnected();
        for (const { name, lengthMs, title } of vendor.quotas) {
          ensure(
            /^[A-Za-z_]{1,40}$/.test(name) && !RESERVED_WINDOWS.includes(name),
            `A quota is named ${JSON.stringify(name)}.`,
            `use letters and underscores, such as ten_seconds, and none of ${RESERVED_WINDOWS.join(", ")}`,
          );
          ensure(
            Number.isSafeInteger(lengthMs) && lengthMs > 0 && isText(title),
            `The quota ${name} has no length in milliseconds, or no title.`,
            "set lengthMs to the length of the window, and title to words that follow the vendor's name",
          );
        }
        // Calls that end what another one began have quotas of their own.
        const ofResumed = vendor.quotas.filter((quota) => quota.ofResumed === true);
        const others = vendor.quotas.filter((quota) => quota.ofResumed !== true);
        ensure(
          [ofResumed, others].every(isSorted),
          "The quotas are not listed the shortest first.",
          "sort vendor.quotas by lengthMs: after a refusal without Retry-After the engine waits for the first one",
        );
      },
    },
  ];
}

/** Whether each quota is longer than the one before. */
function isSorted(quotas: readonly QuotaDefinition[]): boolean {
  return quotas.every(({ lengthMs }, index) => lengthMs > (quotas[index - 1]?.lengthMs ?? 0));
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}
