import { deepFreeze } from "../object/deep-freeze.js";
import type { Explanation } from "../decision/explanation.js";
import type { ValueWarning } from "../normalise/value-warning.js";

/**
 * The words of the warnings that the kit's own fields give, for the vendor's table of warnings. The meaning follows the place of the
 * value: `traits.phone is not …`. Spread them, and add what is special about the vendor.
 *
 * @param vendor the vendor's name
 * @__NO_SIDE_EFFECTS__
 */
export function valueWarnings(vendor: string): Readonly<Record<ValueWarning, Explanation>> {
  return deepFreeze({
    invalid_email: {
      meaning: "is not an e-mail address, or may not be one; omitted",
      whatToDo: "Check addresses in the form, and send one address per event.",
    },
    hashed_email: {
      meaning: `is a hash of an e-mail address; omitted, because ${vendor} needs cleartext`,
      whatToDo: "Send the address itself, not its hash.",
    },
    invalid_phone: {
      meaning: "is not a phone number that can be written in E.164; omitted (national numbers need a default country)",
      whatToDo:
        "Set the default country if your numbers are national (--default-country US), or send numbers that begin with +.",
    },
    ambiguous_phone: {
      meaning: "can be read as two phone numbers; omitted",
      whatToDo:
        "Send one number that begins with + and its country code. Without the plus, digits that begin with a country code can also be a national number; digits after a slash can be a second number or an extension.",
    },
    phone_extension_dropped: {
      meaning: "has an extension, which E.164 cannot hold; delivered without it",
      whatToDo: "No action is needed. To keep the extension, send it as its own trait and map it to a custom field.",
    },
    invalid_website: {
      meaning: "is neither an http(s) URL nor a domain of a public site; omitted",
      whatToDo: "Send an address such as https://www.example.com/ or a bare domain, without user name and password.",
    },
    social_profile: {
      meaning: `is a page on a social network; omitted, because ${vendor} would take the network for the company`,
      whatToDo: "Send the company's own website, or map the profile to a custom field.",
    },
    not_text: {
      meaning: "is neither text nor a number; omitted",
      whatToDo: "Send text, or map a path inside the object (traits.address.city).",
    },
    imprecise_number: {
      meaning: "is a number above 2^53, which has lost digits; omitted",
      whatToDo: "Send it as text or a bigint. The worker keeps all digits of its input; JSON.parse does not.",
    },
    placeholder: {
      meaning: "is a placeholder such as N/A, null or {{first_name}}; omitted",
      whatToDo: `Fix the form, sheet or template that sends it. It would overwrite a good value in ${vendor}. Add words of your own under placeholders in a blueprint.`,
    },
    too_long: {
      meaning: "is too long; omitted",
      whatToDo:
        "Limit the length in the form: 250 characters for a phone number, 65,536 for a custom field, and 2,048 for anything else, spaces included.",
    },
  });
}
