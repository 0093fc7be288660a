import { defaultBlueprint, planDelivery, type Blueprint, type PlanSettings } from "@datafly/signal-apollo-connector";

import { PLACEHOLDERS } from "../../../packages/signal-connector-kit/src/normalise/placeholder.js";
import { SOCIAL_HOSTS } from "../../../packages/signal-connector-kit/src/normalise/social-hosts.js";
import { code, table } from "./table.js";

/** A rule with values that show it. Their results are not written here, but planned. */
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

/** Each kind of value, with its rules in a readable order. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  text: {
    trait: "title",
    field: "title",
    rules: [
      {
        rule: "Any white space becomes a single space, and is trimmed at the ends",
        values: ["  Head\r\n of\tGrowth\u00a0"],
      },
      { rule: "Invisible characters without a meaning are removed", values: ["He\u00adad of Gro\u200bwth\u200e"] },
      {
        rule: "Joiners between letters are kept: they are part of the spelling",
        values: ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\u200c"],
      },
      { rule: "Letters are composed (NFC)", values: ["Cafe\u0301 owner"] },
      { rule: "Control characters and halves of surrogate pairs are removed", values: ["CEO\u0000\ud83d"] },
      { rule: "Placeholders are omitted", values: ["null", "N/A", "--", "{{job_title}}", "#REF!"] },
      { rule: "Numbers become texts", values: [42] },
      { rule: "Anything else is omitted", values: [{ en: "CEO" }] },
    ],
  },
  name: {
    trait: "first_name",
    field: "first_name",
    rules: [
      { rule: "A name contains a letter, of any script", values: ["\u674e", "R2D2", "123", "?"] },
      {
        rule: "Error values and filler words are not names",
        values: ["N/A", "undefined", "[object Object]", "#NAME?"],
      },
      {
        rule: "An unfilled template is not a name",
        values: ["{{first_name}}", "*|FNAME|*", "%%first_name%%", "[First Name]"],
      },
      { rule: "Words that are also people's names count beside a real name", values: ["Null", "None", "Nan", "True"] },
    ],
  },
  email: {
    trait: "email",
    field: "email",
    rules: [
      { rule: "Lowercased", values: ["Tim@Apollo.IO"] },
      {
        rule: "Surrounding punctuation, brackets and quotation marks are removed",
        values: ["tim@apollo.io,", "<tim@apollo.io>", "'tim@apollo.io'"],
      },
      {
        rule: "A name beside the address is removed",
        values: ["Tim Zheng <tim@apollo.io>", "tim@apollo.io (Tim Zheng)"],
      },
      {
        rule: "Prefixes such as `mailto:` are removed",
        values: ["mailto:tim@apollo.io?subject=Demo", "E-mail: tim@apollo.io"],
      },
      { rule: "Full-width characters become ASCII", values: ["tim\uff20apollo.io"] },
      { rule: "Spaces around the at sign are removed", values: ["tim @ apollo.io"] },
      {
        rule: "More than one address, or a word that may be part of it, is ambiguous",
        values: ["tim@apollo.io; ann@apollo.io", "tim zheng@apollo.io"],
      },
      {
        rule: "The local part has no leading, trailing or consecutive dots",
        values: ["tim.@apollo.io", "tim..zheng@apollo.io"],
      },
      {
        rule: "The domain has at least two labels, and the last one consists of letters",
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
        rule: "Digits, spaces, dashes and pluses of any script",
        values: ["\uff0b\uff11 555\u2009303\u20111234", "+\u0661 \u0665\u0665\u0665 303 1234"],
      },
      {
        rule: "`00`, and a plus in brackets",
        values: ["00 44 20 7183 8750", "(+44) 20 7183 8750", "+44 (0)20 7183 8750"],
      },
      {
        rule: "Surrounding links, apostrophes and words are removed",
        values: [
          "tel:+15553031234",
          "whatsapp:+15553031234",
          "'+15553031234",
          "Mobile: +1 555 303 1234",
          "+1 555 303 1234 (mobile)",
        ],
      },
      { rule: "A decimal part that a program added is removed (`US`)", values: ["5553031234.0"], defaultCountry: "US" },
      { rule: "The old mobile prefix of Mexico is removed", values: ["+52 1 55 1234 5678"] },
      {
        rule: "A zero in brackets shows that a country code precedes it (`DE`)",
        values: ["49 (0) 30 901820"],
        defaultCountry: "DE",
      },
      { rule: "Digits that can be read as only one number (`DE`)", values: ["4930901820"], defaultCountry: "DE" },
      {
        rule: "Digits that can be read as two numbers (`DE`)",
        values: ["4917612345678", "447700900123"],
        defaultCountry: "DE",
      },
      {
        rule: "Digits after a complete number can be a second number",
        values: ["+49 30 901820/21", "+49 30 901820 (21)"],
      },
      { rule: "Extensions are removed, with a warning", values: ["+1 555 303 1234 ext. 5"] },
      {
        rule: "Masked numbers, fax numbers and texts are omitted",
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
        rule: "A doubled or mistyped scheme is repaired",
        values: ["http://https://apollo.io", "https:/apollo.io"],
      },
      {
        rule: "Surrounding punctuation, brackets and quotation marks are removed",
        values: ["https://apollo.io,", "<https://apollo.io>"],
      },
      {
        rule: "A host has at least two labels besides `www`, none empty, and the last one consists of letters",
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
      { rule: "Numbers and booleans keep their type", values: [42, false] },
      { rule: "A number beyond 2^53 that JavaScript has rounded", values: [2 ** 60] },
      { rule: "The same number as the worker reads it: a text of its digits", values: ["1152921504606846977"] },
      { rule: "Words can be answers", values: ["None", "N/A"] },
      { rule: "Leftovers of programs and templates are omitted", values: ["undefined", "{{answer}}", "#N/A"] },
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

/** A value as JSON, with invisible characters escaped. */
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
