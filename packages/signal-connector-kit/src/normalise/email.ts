import { omitted, taken, type Normaliser } from "./normaliser.js";
import { composed } from "./text.js";
import { narrow, QUOTES, withoutEnds } from "./typed-text.js";

/** The longest address that can be sent mail to (RFC 5321, through RFC 3696's erratum). */
const MAX_LENGTH = 254;
/**
 * A local part of at most 64 characters with single dots inside, and at least two labels in any script that begin and end with no
 * hyphen, the last one of letters. No quoting, no wildcards: `m***@example.com` is masked.
 */
const ADDRESS =
  /^(?=[^@]{1,64}@)[\p{L}\p{N}\p{M}!#$%&'+/=^_~-]+(?:\.[\p{L}\p{N}\p{M}!#$%&'+/=^_~-]+)*@(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}(?<!-)\.)+(?:\p{L}[\p{L}\p{M}]{1,62}|xn--[a-z\d-]{1,58}(?<!-))$/u;
/** An address as most are, of at most 64 characters: nothing to repair. */
const PLAIN = /^(?=.{6,64}$)[a-z\d]+(?:[._+-][a-z\d]+)*@(?:[a-z\d]+\.)+[a-z]{2,}$/i;
/** MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal digits, or SHA-256 in Base64, perhaps with its name. */
const HASH =
  /^(?:(?:md5|sha-?(?:1|256|512))[:=] ?)?(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64}|[\da-f]{128}|[a-z\d+/]{43}=)$/i;
const LABEL = /^(?:mailto|smtp|e-?mail|mail) ?: ?/;
const MAX_LABELS = 2;
const SEPARATORS = /[\s<>()[\]{}",;|]+/;
const LEADING = `${QUOTES}=:•`;
const TRAILING = `${QUOTES}.,;:!?…/>`;

/**
 * Lowercases an e-mail address (the rule of Signal's documentation: vendors match on cleartext identifiers), and repairs it if
 * there is one address and no doubt. A hash is not an address.
 */
export const normaliseEmail: Normaliser = (text) => {
  if (PLAIN.test(text)) return taken(text.toLowerCase());
  const typed = narrow(text);
  if (!typed.includes("@") && HASH.test(typed)) return omitted("hashed_email");
  // Lowercased by itself, a Turkish İ would become two characters.
  const value = composed(
    decoded(typed)
      .replace(/\u0130/g, "i")
      .toLowerCase(),
  );
  // A leading apostrophe is a spreadsheet's, though an address could begin with one.
  const address = isAddress(value) && !LEADING.includes(value.charAt(0)) ? value : repaired(value);
  return address === undefined ? omitted("invalid_email") : taken(address);
};

/** Characters as a URL writes them, which no address has: `tim%2Btest%40example.com`. */
const URL_ENCODED = /%(?:2[02b]|40|3[ce])/i;

/** A text that came out of a URL, or as it is where it did not. */
function decoded(text: string): string {
  if (!URL_ENCODED.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isAddress(text: string): boolean {
  return text.length <= MAX_LENGTH && ADDRESS.test(text);
}

/** The one address of a text; `undefined` if there is none, more than one, or a doubt. */
function repaired(text: string): string | undefined {
  const written = withAtSign(text.replace(LABEL, ""));
  const parts = written.split(SEPARATORS).map(addressIn);
  const addresses = new Set(parts.filter((part) => part.includes("@")));
  const [address] = addresses;
  if (address === undefined || addresses.size > 1 || !isAddress(address)) return undefined;
  // With words beside it, it must be marked as the address: `tim zheng@acme.example` can be tim.zheng.
  const isAlone = parts.every((part) => part === "" || part === address);
  return isAlone || isMarked(written, address) ? address : undefined;
}

/** `mara @ example.com` and, from a URL, `mara%40example.com`. */
function withAtSign(text: string): string {
  const [before = "", after, ...more] = text.split(text.includes("@") ? "@" : "%40");
  return after === undefined || more.length > 0 ? text : `${before.trimEnd()}@${after.trimStart()}`;
}

/** A part of a text without what stands around an address. */
function addressIn(part: string): string {
  let address = withoutEnds(part, LEADING, TRAILING);
  for (let count = 0; count < MAX_LABELS && LABEL.test(address); count++) address = address.replace(LABEL, "");
  // A link can bring a subject along, but no second address.
  const [before = "", query = ""] = address.split("?");
  return withoutEnds(query.includes("=") && !/@|%40/.test(query) ? before : address, LEADING, TRAILING);
}

/** `Mara Quill <mara@example.com>`, or with other brackets; `mara@example.com (Mara Quill)`. */
function isMarked(text: string, address: string): boolean {
  const start = text.indexOf(address);
  const before = text.slice(0, start).replace(LABEL_BEFORE, "").trimEnd();
  const after = withoutEnds(text.slice(start + address.length), " ", TRAILING.replace(">", "") + " ");
  const isEnclosed = /[<([]$/.test(before) && /^[\s.,;]{0,9}[>)\]]$/.test(after);
  const hasComment = withoutEnds(before, `${QUOTES} `, "") === "" && /^[(<[][^@]*[)>\]]$/.test(after);
  return isEnclosed || hasComment;
}

/** A label before an address; what is before it is cut off elsewhere. */
const LABEL_BEFORE = /(?:mailto|smtp|e-?mail|mail) ?: ?$/;
