import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import fc from "fast-check";
import { getCountries } from "libphonenumber-js/min";
import { analyse } from "scslre";
import { describe, expect, test } from "vitest";

import { checkPlanSettings, planDelivery, type Blueprint, type PlanSettings } from "@datafly/signal-apollo-connector";
import { demoRequested, timsTraits } from "../../../examples/events/events.js";
import { CONTACT_FIELDS, type ContactField } from "../src/contact-fields.js";

const CUSTOM_FIELD = "66f1c0ffee0000000000c001";
const TWENTY_SECONDS = 20_000;

/** Every field of a contact, a field of the team and a label, each from the trait of its own name. */
const everyField: Blueprint = {
  events: ["Demo Requested"],
  consent: "marketing",
  fields: {
    ...Object.fromEntries(Object.keys(CONTACT_FIELDS).map((field) => [field, `traits.${field}`])),
    first_name: "traits.first_name",
    last_name: "traits.last_name",
  },
  typed_custom_fields: { [CUSTOM_FIELD]: "traits.custom" },
  labels: ["traits.label"],
};
const TRAITS = [...Object.keys(CONTACT_FIELDS), "custom", "label"] as readonly (ContactField | "custom" | "label")[];
const settings: readonly PlanSettings[] = [{ blueprint: everyField }, { blueprint: everyField, defaultCountry: "US" }];

/** An event with one value at every place that a contact is made of. */
function everywhere(value: string) {
  return demoRequested({ traits: Object.fromEntries(TRAITS.map((trait) => [trait, value])) });
}

function planEach(events: readonly unknown[]): { readonly planned: number } {
  const { stdout } = spawnSync(
    process.execPath,
    ["--import", "tsx", fileURLToPath(new URL("support/plan-each.ts", import.meta.url))],
    {
      input: JSON.stringify({ events, settings }),
      timeout: 5 * TWENTY_SECONDS,
      killSignal: "SIGKILL",
      encoding: "utf8",
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  return { planned: stdout.split("\n").filter(Boolean).length };
}

describe("no value keeps the planning of its event from ending", () => {
  const phone = (text: string) => demoRequested({ traits: { ...timsTraits, mobile_phone: text } });

  test.each([
    [
      "a phone-context that libphonenumber's expression takes exponential time for",
      `+1;phone-context=${"1111.".repeat(20)}!`,
    ],
    ["the same as a parameter of a whole number", `+15553031234;ext=1;phone-context=${"1111.".repeat(40)}!`],
    ["eighty thousand digits", `+${"1".repeat(80_000)}`],
    ["three hundred thousand blanks", `${" ".repeat(300_000)}1`],
  ])("%s", { timeout: 6 * TWENTY_SECONDS }, (_, text) => {
    expect(planEach([phone(text), everywhere(text)]).planned).toBe(2);
  });

  // What expressions for phones, addresses, domains and blanks repeat, over and over.
  const unit = fc.oneof(
    fc.constantFrom(...Array.from("0123456789 ,;.:-+#/()[]~!@=?%_x\u00a0\t\u0660\u3164\u0301aA")),
    fc.constantFrom(
      "ext",
      ";ext=",
      ";isub=",
      ";phone-context=",
      "tel:",
      "int",
      "1111.",
      "xn--",
      "http://",
      "a.",
      "a-",
      "1,",
    ),
  );
  const pumped = fc
    .tuple(fc.array(unit, { minLength: 1, maxLength: 4 }), fc.constantFrom(1, 2, 20, 60, 250, 2_048))
    .map(([units, times]) => units.join("").repeat(times));
  const hostile = fc
    .tuple(
      fc.constantFrom("", "+1", "+1 555 303 1234", "+1;phone-context=", "a@b.", "https://"),
      fc.array(pumped, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("", "!", "1", ";"),
      fc.constantFrom(250, 2_048, 40_000),
    )
    .map(([start, middle, end, length]) => (start + middle.join("")).slice(0, length - end.length) + end);

  test("whatever is repeated in it, up to the caps and beyond", { timeout: 6 * TWENTY_SECONDS }, () => {
    const values = fc.sample(hostile, 800);
    const { planned } = planEach(values.map(everywhere));
    const notPlanned = values[planned];
    expect(notPlanned && `${notPlanned.length} characters: ${notPlanned.slice(0, 300)}`).toBeUndefined();
  });
});

describe("every expression that a value meets, ours and those of libraries", () => {
  /** How long a text may be for an expression that takes more than linear time, though never exponential time. */
  const SHORT = 250;

  /** The expressions that run in a synchronous act, each with the longest text that it saw. */
  function expressionsIn(
    act: () => void,
  ): ReadonlyMap<string, { readonly expression: RegExp; readonly longest: number }> {
    const seen = new Map<string, { readonly expression: RegExp; readonly longest: number }>();
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
    const { exec } = RegExp.prototype;
    RegExp.prototype.exec = function (this: RegExp, text: string) {
      const { longest } = seen.get(String(this)) ?? { longest: 0 };
      seen.set(String(this), { expression: this, longest: Math.max(longest, text.length) });
      return exec.call(this, text);
    };
    try {
      act();
    } finally {
      RegExp.prototype.exec = exec;
    }
    return seen;
  }

  const values = [
    "a".repeat(2_048),
    `a@${"b".repeat(240)}.example`,
    `https://${"a.".repeat(1_000)}example/?a#b`,
    `${"a.".repeat(1_000)}example/?a#b`,
    "66f1c0ffee0000000000c001",
    "1".repeat(250),
    ...["+15553031234", "555 303 1234", "+1 555 303 1234 ext. 5", "555 303 1234 x5#", "tel:+15553031234"],
    ...["+15553031234;ext=5", "+15553031234;isub=1", "+1;phone-context=+1", "863-1234;phone-context=example.com"],
    ...["+49 (0)030 123456", "011 44 20 7183 8750"],
  ];

  test(
    "none is exponential, and what is more than linear sees short texts only",
    { timeout: 6 * TWENTY_SECONDS },
    () => {
      const expressions = expressionsIn(() => {
        for (const defaultCountry of [undefined, ...getCountries()]) {
          const plan = checkPlanSettings({ blueprint: everyField, defaultCountry });
          for (const value of values) planDelivery(everywhere(value), plan);
        }
        planDelivery(demoRequested({ traits: { ...timsTraits, custom: "a".repeat(100_000) } }), {
          blueprint: everyField,
        });
      });

      const slow = [...expressions.values()].filter(({ expression, longest }) => {
        const { reports } = analyse({ source: expression.source, flags: expression.flags.replace("g", "") });
        return reports.some(({ exponential }) => exponential || longest > SHORT);
      });
      expect(slow.map(({ expression, longest }) => `${longest} characters in ${String(expression)}`)).toEqual([]);
      // Those of the library are among them; all others would be checked in vain.
      expect(expressions.size).toBeGreaterThan(100);
    },
  );
});
