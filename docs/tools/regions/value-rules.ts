import { defaultBlueprint, planDelivery, type Blueprint, type PlanSettings } from "@datafly/signal-apollo-connector";

import { PLACEHOLDERS } from "../../../packages/signal-connector-kit/src/normalise/placeholder.js";
import { SOCIAL_HOSTS } from "../../../packages/signal-connector-kit/src/normalise/social-hosts.js";
import { code, table } from "./table.js";

/** A rule with the values that show it. What becomes of them is not written here, but planned. */
interface ValueRule {
  readonly rule: string;
  readonly values: readonly unknown[];
  readonly defaultCountry?: PlanSettings["defaultCountry"];
}

/** How values of one kind are read, and the trait that shows it. */
interface ValueKind {
  readonly trait: string;
  readonly field: string;
  readonly rules: readonly ValueRule[];
}

const CUSTOM_FIELD = "66f1c0ffee0000000000c001";

/** Each kind of value, with its rules in the order in which they are read best. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  text: {
    trait: "title",
    field: "title",
    rules: [
      {
        rule: "White space of any kind becomes one space, and none at the ends",
        values: ["  Head\r\n of\tGrowth\u00a0"],
      },
      { rule: "Invisible characters without a meaning go", values: ["He\u00adad of Gro\u200bwth\u200e"] },
      {
        rule: "Joiners stay between letters: they are spelling",
        values: ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\u200c"],
      },
      { rule: "Letters are composed (NFC)", values: ["Cafe\u0301 owner"] },
      { rule: "Control characters and halves of characters go", values: ["CEO\u0000\ud83d"] },
      { rule: "Placeholders are omitted", values: ["null", "N/A", "--", "{{job_title}}", "#REF!"] },
      { rule: "Numbers become texts", values: [42] },
      { rule: "Anything else is omitted", values: [{ en: "CEO" }] },
    ],
  },
  name: {
    trait: "first_name",
    field: "first_name",
    rules: [
      { rule: "A name holds a letter, of any script", values: ["\u674e", "R2D2", "123", "?"] },
      { rule: "What nobody is called is not a name", values: ["N/A", "undefined", "[object Object]", "#NAME?"] },
      {
        rule: "A template that was not filled in is not a name",
        values: ["{{first_name}}", "*|FNAME|*", "%%first_name%%", "[First Name]"],
      },
      { rule: "Words that people are called are names beside a real name", values: ["Null", "None", "Nan", "True"] },
    ],
  },
  email: {
    trait: "email",
    field: "email",
    rules: [
      { rule: "Lowercased", values: ["Tim@Apollo.IO"] },
      {
        rule: "Punctuation, brackets and quotation marks around it go",
        values: ["tim@apollo.io,", "<tim@apollo.io>", "'tim@apollo.io'"],
      },
      {
        rule: "A name beside an address in brackets goes",
        values: ["Tim Zheng <tim@apollo.io>", "tim@apollo.io (Tim Zheng)"],
      },
      { rule: "`mailto:` and the like go", values: ["mailto:tim@apollo.io?subject=Demo", "E-mail: tim@apollo.io"] },
      { rule: "Full-width signs become ASCII", values: ["tim\uff20apollo.io"] },
      { rule: "Spaces around the at sign go", values: ["tim @ apollo.io"] },
      {
        rule: "More than one address, or a word that may be a part of it, is a doubt",
        values: ["tim@apollo.io; ann@apollo.io", "tim zheng@apollo.io"],
      },
      {
        rule: "The local part has no dot at an end and no two in a row",
        values: ["tim.@apollo.io", "tim..zheng@apollo.io"],
      },
      {
        rule: "The domain has two labels, and the last one is of letters",
        values: ["tim@localhost", "tim@192.168.1.10"],
      },
      { rule: "A masked address is not one", values: ["t***@apollo.io"] },
      { rule: "A hash is not an address", values: ["5d41402abc4b2a76b9719d911017c592"] },
    ],
  },
  phone: {
    trait: "phone",
    field: "mobile_phone",
    rules: [
      { rule: "Written in E.164", values: ["+1 (555) 303-1234"] },
      { rule: "National numbers need a default country (here `US`)", values: ["(555) 303-1234"], defaultCountry: "US" },
      {
        rule: "Digits, spaces, dashes and pluses of any kind",
        values: ["\uff0b\uff11 555\u2009303\u20111234", "+\u0661 \u0665\u0665\u0665 303 1234"],
      },
      {
        rule: "`00` and a plus in brackets",
        values: ["00 44 20 7183 8750", "(+44) 20 7183 8750", "+44 (0)20 7183 8750"],
      },
      {
        rule: "Links, apostrophes and words around it go",
        values: [
          "tel:+15553031234",
          "whatsapp:+15553031234",
          "'+15553031234",
          "Mobile: +1 555 303 1234",
          "+1 555 303 1234 (mobile)",
        ],
      },
      { rule: "A fraction that a program made of it goes (`US`)", values: ["5553031234.0"], defaultCountry: "US" },
      { rule: "The old mobile prefix of Mexico goes", values: ["+52 1 55 1234 5678"] },
      {
        rule: "A zero in brackets says that a code of a country is before it (`DE`)",
        values: ["49 (0) 30 901820"],
        defaultCountry: "DE",
      },
      { rule: "Digits that are only one possible number (`DE`)", values: ["4930901820"], defaultCountry: "DE" },
      {
        rule: "Digits that can be two numbers (`DE`)",
        values: ["4917612345678", "447700900123"],
        defaultCountry: "DE",
      },
      { rule: "What follows a whole number can be a second one", values: ["+49 30 901820/21", "+49 30 901820 (21)"] },
      { rule: "Extensions go, with a warning", values: ["+1 555 303 1234 ext. 5"] },
      {
        rule: "Masked numbers, faxes, and texts are not numbers",
        values: ["+1 555 xxx 1234", "+1 555 303 1234 (fax)", "call me"],
      },
    ],
  },
  website: {
    trait: "website",
    field: "website_url",
    rules: [
      {
        rule: "An http(s) URL stays as it is",
        values: ["https://www.apollo.io/pricing?x=1", "https://b\u00fccher.example"],
      },
      { rule: "A bare domain gets `https://`", values: ["apollo.io"] },
      {
        rule: "A scheme that is doubled or mistyped is repaired",
        values: ["http://https://apollo.io", "https:/apollo.io"],
      },
      {
        rule: "Punctuation, brackets and quotation marks around it go",
        values: ["https://apollo.io,", "<https://apollo.io>"],
      },
      {
        rule: "A host has two labels beside `www`, none of them empty, and the last one is of letters",
        values: ["http://none", "https://www.", "https://apollo..io", "http://192.168.1.1"],
      },
      { rule: "Credentials never go to a CRM", values: ["https://user:secret@apollo.io"] },
      {
        rule: "A page on a social network is not the company's website",
        values: ["https://www.linkedin.com/in/tim", "x.com/apollo"],
      },
      { rule: "Other schemes are omitted", values: ["ftp://apollo.io", "mailto:tim@apollo.io"] },
    ],
  },
  "custom-field": {
    trait: "custom",
    field: CUSTOM_FIELD,
    rules: [
      { rule: "Numbers and flags stay what they are", values: [42, false] },
      { rule: "A number beyond 2^53 that JavaScript has rounded", values: [2 ** 60] },
      { rule: "The same as the worker reads it: a text of its digits", values: ["1152921504606846977"] },
      { rule: "Words can be answers", values: ["None", "N/A"] },
      { rule: "What a program left is omitted", values: ["undefined", "{{answer}}", "#N/A"] },
    ],
  },
};

const blueprint: Blueprint = { ...defaultBlueprint, typed_custom_fields: { [CUSTOM_FIELD]: "traits.custom" } };

/** The rules of one kind of value, each with examples and what becomes of them. */
export function valueRules(kind: string): string {
  const { trait, field, rules } = KINDS[kind] ?? { trait: "", field: "", rules: [] };
  if (rules.length === 0) return "";
  return table(
    ["rule", "value", "sent"],
    rules.flatMap(({ rule, values, defaultCountry }) =>
      values.map((value, index) => [
        index === 0 ? rule : "",
        shown(value),
        sent(field, trait, value, { defaultCountry }),
      ]),
    ),
  );
}

function sent(field: string, trait: string, value: unknown, settings: PlanSettings): string {
  const event = {
    type: "track",
    event: "Demo Requested",
    traits: { first_name: "Tim", last_name: "Zheng", [trait]: value },
    context: { consent: { canonical: { marketing: true } } },
  };
  const decision = planDelivery(event, { ...settings, blueprint });
  if (decision.action === "reject") return `rejected: \`${decision.reason}\``;
  if (decision.action === "drop") throw new Error(`The example of ${field} is dropped.`);
  const { typed_custom_fields: custom = {}, ...contact } = decision.contact;
  const result = { ...custom, ...contact }[field];
  const warnings = decision.warnings
    .filter((warning) => warning.field.endsWith(field))
    .map(({ code: word }) => `[${word}](errors.md#${word})`);
  return [...(result === undefined ? ["omitted"] : [shown(result)]), ...warnings].join(", ");
}

/** A value as JSON, with escapes for all that cannot be seen. */
function shown(value: unknown): string {
  const json = JSON.stringify(value).replace(/[^\P{C}\n]|[^\P{Z} ]|\p{M}/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
      .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
      .join(""),
  );
  return code(json);
}

/** The words of a list of placeholders. */
export function placeholderWords(list: string): string {
  const marks: Readonly<Record<string, readonly (readonly string[])[]>> = {
    templates: PLACEHOLDERS.templates,
    aroundValues: PLACEHOLDERS.aroundValues,
    aroundFieldNames: PLACEHOLDERS.aroundFieldNames,
  };
  const words: Readonly<Record<string, readonly string[]>> = {
    machine: PLACEHOLDERS.machine,
    word: PLACEHOLDERS.word,
    alsoName: PLACEHOLDERS.alsoName,
    onlyInNames: PLACEHOLDERS.onlyInNames,
  };
  const texts = words[list] ?? marks[list]?.map((pair) => pair.join("\u2026")) ?? [];
  return texts.map(code).join(" \u00b7 ");
}

/** The sites whose pages are not websites of companies. */
export function socialHosts(): string {
  return SOCIAL_HOSTS.map(code).join(" \u00b7 ");
}
