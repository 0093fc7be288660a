import { fc, test } from "@fast-check/vitest";
import { getCountries, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { describe, expect, test as plainTest } from "vitest";

import { planDelivery, type Blueprint, type ContactField } from "@datafly/signal-apollo-connector";
import { demoRequested, timsTraits } from "../../../examples/events/events.js";
import { CONTACT_FIELDS } from "../src/contact-fields.js";

fc.configureGlobal({ numRuns: 300 });

const CUSTOM_FIELD = "66f1c0ffee0000000000c001";
const FIELDS = Object.keys(CONTACT_FIELDS) as ContactField[];

/** Every field of a contact, a field of the team and a label, each from a trait of its own. */
const everyField: Blueprint = {
  events: ["Demo Requested"],
  consent: "marketing",
  fields: {
    ...Object.fromEntries(FIELDS.map((field) => [field, `traits.${field}`])),
    first_name: ["traits.first_name", "traits.name"],
    last_name: ["traits.last_name", "traits.name"],
  },
  typed_custom_fields: { [CUSTOM_FIELD]: "traits.custom" },
  labels: ["traits.label"],
};

type Texts = Readonly<Record<string, string>>;

/** What is sent of one text at every place; names that are not sent are Tim's. */
function sentOf(texts: Texts, defaultCountry?: "US" | "DE" | "IT" | "JP"): Texts {
  const decision = planDelivery(demoRequested({ traits: { name: "Tim", ...texts } }), {
    blueprint: everyField,
    defaultCountry,
  });
  if (decision.action !== "deliver") throw new Error(`Expected a delivery, got ${JSON.stringify(decision)}`);
  const { label_names: [label] = [], typed_custom_fields: custom, ...fields } = decision.contact;
  return {
    ...Object.fromEntries(Object.entries(fields).filter(([field]) => field !== "run_dedupe")),
    ...(label !== undefined && { label }),
    ...(custom && { custom: String(custom[CUSTOM_FIELD]) }),
  };
}

function everywhere(text: string): Texts {
  return Object.fromEntries([...FIELDS, "custom", "label"].map((place) => [place, text]));
}

/** What people type, and what comes along when they copy it. */
const typed = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[" ", "\u00a0", "\n", "\t", "\u2028", "\u3000", "\u200b", "\u200c", "\u200d", "\u00ad", "\u2060", "\ufeff"],
        ...[
          "\u200e",
          "\u202a",
          "\u202c",
          "\u2066",
          "\ufe0f",
          "\u3164",
          "\u{e0041}",
          "\ud83d",
          "\udc69",
          "\u0301",
          "\u0323",
        ],
        ...Array.from("@.,;:/?#+-()[]<>{}'\"%&=_0123456789aeAE\u00e9\uff20\uff0e\uff11\u0627\u06cc\u094d\u0915\ud55c"),
        ...["\u{1f469}", "\u{1f3fd}", "\u2764", "\u{1f3f4}", "\u{e0067}", "\u{e007f}"],
        ...[
          "mara",
          "@example.com",
          "example.com",
          "https://",
          "http:",
          "www.",
          "mailto:",
          "tel:",
          "+44",
          "7700 900123",
          "0049",
          "(0)",
        ],
        ...["ext. 5", "null", "N/A", "{{", "}}", "(mobile)", "linkedin.com/in", "49", "%40"],
      ),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));
const country = fc.constantFrom(undefined, "US", "DE", "IT", "JP");

describe("whatever is typed", () => {
  test.prop([typed, country])("what is sent, planned once more, is sent as it is", (text, defaultCountry) => {
    const once = sentOf(everywhere(text), defaultCountry);
    expect(sentOf(once, defaultCountry)).toEqual(once);
  });

  test.prop([typed, country])("what is sent has one form", (text, defaultCountry) => {
    for (const value of Object.values(sentOf(everywhere(text), defaultCountry))) {
      expect(value).not.toBe("");
      // White space at the ends, in runs, or other than a space.
      expect(value).not.toMatch(/^ | $| {2}|[^\P{White_Space} ]/u);
      // Invisible characters, lone surrogates, and joiners at the start.
      expect(value).not.toMatch(
        /[\p{Cc}\p{Cs}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u3164]|^\p{Join_Control}/u,
      );
      expect(value.normalize("NFC")).toBe(value);
    }
  });

  test.prop([typed, fc.constantFrom(...getCountries())])(
    "a phone number that is sent parses to itself",
    (text, defaultCountry) => {
      const decision = planDelivery(demoRequested({ traits: { ...timsTraits, phone: text } }), { defaultCountry });
      const phone = decision.action === "deliver" ? decision.contact.mobile_phone : undefined;
      if (phone === undefined) return;
      expect(phone).toMatch(/^\+\d{1,15}$/);
      expect(parsePhoneNumberFromString(phone, { extract: false })?.number).toBe(phone);
    },
  );

  test.prop([typed])("a website that is sent has a host of two labels and no credentials", (text) => {
    const { website_url: website } = sentOf(everywhere(text));
    if (website === undefined) return;
    const { hostname, username, password } = new URL(website);
    expect(hostname).toMatch(/^[^.]+(?:\.[^.]+)+$/);
    expect(username + password).toBe("");
  });

  test.prop([typed])("an address that is sent has one at sign and no empty label", (text) => {
    const { email } = sentOf(everywhere(text));
    if (email !== undefined) expect(email).toMatch(/^[^\s@.]+(?:\.[^\s@.]+)*@[^\s@.]+(?:\.[^\s@.]+)+$/u);
  });
});

describe("planning an event takes work in proportion to the length of its values", () => {
  /** The characters that expressions look at, at least, and that texts are normalised by. */
  function workOf(act: () => void): number {
    let work = 0;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
    const { exec } = RegExp.prototype;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
    const { normalize } = String.prototype;
    RegExp.prototype.exec = function (this: RegExp, text: string) {
      const start = this.global || this.sticky ? this.lastIndex : 0;
      const match = exec.call(this, text);
      // A sticky one looks at one place only: `split` asks at each.
      const end = match === null ? (this.sticky ? start + 1 : text.length) : match.index + match[0].length;
      work += Math.max(1, end - start);
      return match;
    };
    String.prototype.normalize = function (this: string, form?: string) {
      // Marks of one letter are put in order by comparing each with each.
      for (const [marks] of this.matchAll(/\p{M}+/gu)) work += marks.length ** 2;
      work += this.length;
      return normalize.call(this, form);
    };
    try {
      act();
    } finally {
      RegExp.prototype.exec = exec;
      String.prototype.normalize = normalize;
    }
    return work;
  }

  const units = [
    ...[
      "a",
      " ",
      "\u00a0",
      "\u200b",
      "\u200d",
      "\u0301\u0323",
      "a\u0301",
      "\ufe0f",
      "\u3164",
      "\ud83d",
      "\u{1f3f4}\u{e0067}",
    ],
    ...[
      "{{",
      "[",
      "(",
      ")",
      "<",
      "%",
      "*|",
      ".",
      ",",
      ";",
      ":",
      "@",
      "a@",
      "a.",
      "'",
      "/",
      "https://",
      "mailto:",
      "0",
      "(0)",
      "+",
      "x",
      "null ",
    ],
  ];

  plainTest.each(units)("twice as many of %j are not more than about twice the work", (unit) => {
    const of = (length: number) => {
      const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
      const event = demoRequested({ traits: { name: "Tim", ...everywhere(text) } });
      return workOf(() => planDelivery(event, { blueprint: everyField, defaultCountry: "DE" }));
    };
    // Up to the caps of text and custom field, and beyond both.
    for (const length of [1_000, 16_000, 100_000]) {
      expect(of(2 * length)).toBeLessThan(2.5 * of(length) + 20_000);
    }
  });
});
