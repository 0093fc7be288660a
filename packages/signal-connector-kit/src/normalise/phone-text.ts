import { narrow, QUOTES, withoutEnds } from "./typed-text.js";

/** A plus and digits: nothing to cut off. */
const BARE = /^\+\d+$/;
/** The zeros of scripts that have digits of their own; each is followed by its other digits. */
const ZEROS = /* @__PURE__ */ Array.from("٠۰߀०০੦૦୦௦౦೦൦๐໐༠၀០᠐");
const DIGITS = /(?![0-9])\p{Nd}/gu;
/** Dashes of all kinds, and the minus sign. */
const DASHES = /[\p{Pd}\u2212\u30fc]/gu;
/** What a link has before a number. */
const SCHEME =
  /^(?:tel|whatsapp|sms|callto|wa|skype|viber|signal|imessage|facetime)(?:-| )?:(?:\/\/)?(?:send\/?\?phone=)? ?/i;
const WHATSAPP_LINK = /^(?:https?:\/\/)?(?:wa\.me\/|api\.whatsapp\.com\/send\/?\?phone=)\+?(?=[1-9]\d{6})/i;
/** Words for the kinds of phones, but a fax. */
const KIND =
  "tel|tél|tfn|tlf|telephone|téléphone|telefon|telefono|teléfono|telefone|telefoon|phone|phone number|ph|mobile|mobile phone|mobil|mob|móvil|movil|celular|cel|cell|cell phone|cellphone|cellulare|portable|gsm|handy|natel|home|work|office|business|private|privat|direct|main|desk|whatsapp|fon|m|t|p|c|w|h|тел|моб|电话|手机|電話|携帯";
const KIND_BEFORE = /* @__PURE__ */ aroundKind("^", " ?[.:#]+ ?| (?=[+\\d(])|(?=\\+)");
const KIND_IN_BRACKETS_BEFORE = /* @__PURE__ */ aroundKind("^[(\\[]", "[.:]?[)\\]] ?");
const KIND_AFTER = /* @__PURE__ */ aroundKind("[ ,-]{1,4}", "\\.?$");
function aroundKind(before: string, after: string): RegExp {
  return new RegExp(`${before}(?:${KIND})(?:${after})`, "iu");
}
/** A note of words, without digits: `(mobile)`, `(ask for Mara)`. */
const NOTE = /[([]([^\p{N}()[\]]{1,40})[)\]]$/u;
const FAX = /fax|факс|传真/iu;
/** What a program adds that took the number for a fraction. */
const FRACTION = /^(\+?\d{5,})\.0+$/;
const LEADING = `${QUOTES}= `;
const TRAILING = `${QUOTES}.,:!? `;

/**
 * A phone number as it can be read: ASCII digits, one kind of dash, without the link, the apostrophe of a spreadsheet, and the words
 * that say which phone it is.
 *
 * @returns `undefined` for a fax
 */
export function withoutExtras(text: string): string | undefined {
  if (BARE.test(text)) return text;
  const plain = narrow(text).replace(DIGITS, asciiDigit).replace(DASHES, "-");
  const number = withoutNotes(withoutLink(withoutEnds(plain, LEADING, TRAILING)));
  return (
    number &&
    withoutWrapping(
      number
        .replace(FRACTION, "$1")
        .replace(/^%2B/i, "+")
        .replace(/^\+[+ ]+/, "+"),
    )
  );
}

function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const zero = ZEROS.map((one) => one.codePointAt(0) ?? 0).find((one) => code >= one && code <= one + 9);
  return zero === undefined ? digit : String(code - zero);
}

function withoutLink(text: string): string {
  const number = text.replace(WHATSAPP_LINK, "+");
  return withoutEnds(number.replace(SCHEME, ""), LEADING, "");
}

function withoutNotes(text: string): string | undefined {
  const [note, words] = NOTE.exec(text) ?? [];
  if (words !== undefined && FAX.test(words)) return undefined;
  const number = note === undefined ? text : text.slice(0, -note.length);
  return withoutEnds(
    number.replace(KIND_BEFORE, "").replace(KIND_IN_BRACKETS_BEFORE, "").replace(KIND_AFTER, ""),
    LEADING,
    TRAILING,
  );
}

/** Brackets around the whole number. */
function withoutWrapping(text: string): string {
  const [, within] = /^[([<{]([^()[\]<>{}]*)[)\]>}]$/.exec(text) ?? [];
  return within === undefined ? text : within.trim();
}
