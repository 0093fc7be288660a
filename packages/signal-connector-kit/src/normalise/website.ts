import { omitted, taken, type Normaliser } from "./normaliser.js";
import { SOCIAL_HOSTS } from "./social-hosts.js";
import { narrow, QUOTES, withoutEnds } from "./typed-text.js";

/** A scheme as people type it: `https://`, `https:/`, `http//`, `HTTP:`, `https:\\`. */
const SCHEME = /^(https?)(?::[/\\]{0,9}|[/\\]{2,9}) ?/i;
/** `http://https://` is a slip; more is not a URL. */
const MAX_SCHEMES = 3;
const PROPER_SCHEME = /^https?:\/\/$/i;
const LABEL_BEFORE = /^(?:url|web|website|web site|homepage) ?: ?(?!\/)/i;
const LEADING = `${QUOTES}<([{ `;
const TRAILING = `${QUOTES}.,;!?…> `;
const BRACKETS = [
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
] as const;
/** Where the host and its port end. */
const HOST_END = /[/?#\\]/;
const PORT = /:\d{1,5}$/;
const WWW = /^www\./i;
/** A URL as most are: nothing around it, nothing to repair, and its host (at most 63 characters) only letters and digits. */
const PLAIN = /^(https?:\/\/)(?=[^/]{4,63}(?:\/|$))((?:[a-z\d]+\.)+[a-z]{2,})(\/(?:[\w./-]*[\w/-])?)?$/i;
/** A label of a domain name, in any script, with the joiners that some scripts spell with. */
const LABEL = /^[\p{L}\p{N}\p{So}_](?:[\p{L}\p{N}\p{M}\p{So}\p{Join_Control}_-]{0,62})(?<!-)$/u;
/** The last label: letters, or letters in Punycode. */
const TOP_LEVEL = /^(?:\p{L}[\p{L}\p{M}]{1,62}|xn--[a-z\d-]{1,58}(?<!-))$/iu;
const MAX_HOST_LENGTH = 253;

const socialHosts: ReadonlySet<string> = /* @__PURE__ */ new Set(SOCIAL_HOSTS);

/**
 * An http(s) URL with a domain name stays as it is; a bare domain gets `https://`. What stands around it is cut off and a scheme
 * that is mistyped or doubled is repaired. Page addresses on social networks and credentials never go to a CRM.
 */
export const normaliseWebsite: Normaliser = (text) => {
  const url = plainAddress(text) ?? webAddress(bare(narrow(text)));
  if (url === undefined) return omitted("invalid_website");
  return isSocialProfile(url) ? omitted("social_profile") : taken(`${url.scheme}${url.host}${url.rest}`);
};

/** A URL in parts, as they are typed. */
interface WebAddress {
  /** With its slashes. */
  readonly scheme: string;
  /** With its port. */
  readonly host: string;
  /** Path, query and fragment. */
  readonly rest: string;
}

function plainAddress(text: string): WebAddress | undefined {
  const [, scheme, host, rest = ""] = PLAIN.exec(text) ?? [];
  return scheme !== undefined && host?.replace(WWW, "").includes(".") === true ? { scheme, host, rest } : undefined;
}

function webAddress(text: string): WebAddress | undefined {
  let scheme = "https://";
  let address = text;
  for (let count = 0; ; count++) {
    const [typed, name] = SCHEME.exec(address) ?? [];
    if (typed === undefined || name === undefined) break;
    if (count === MAX_SCHEMES) return undefined;
    scheme = PROPER_SCHEME.test(typed) ? typed : `${name.toLowerCase()}://`;
    address = address.slice(typed.length);
  }
  const end = address.search(HOST_END);
  const [typedHost, rest] = end === -1 ? [address, ""] : [address.slice(0, end), address.slice(end)];
  // The dot of the root is a slip before a path.
  const host = typedHost.endsWith(".") ? typedHost.slice(0, -1) : typedHost;
  if (!namesDomain(host) || rest.startsWith("\\") || /\s/.test(rest)) return undefined;
  return URL.canParse(`${scheme}${host}${rest}`) ? { scheme, host, rest } : undefined;
}

/** What is typed, without quotation marks, brackets and the punctuation of a sentence around it. */
function bare(text: string): string {
  const address = withoutEnds(text.replace(LABEL_BEFORE, ""), LEADING, "");
  // A closing bracket stays where it closes one: `/wiki/Acme_(company)`.
  const closing = BRACKETS.filter(([open]) => !address.includes(open)).map(([, close]) => close);
  return withoutEnds(address, "", TRAILING + closing.join(""));
}

/** At least two labels beside `www`: a single one, such as `none` or `localhost`, names no site of the world. No IP addresses. */
function namesDomain(hostAndPort: string): boolean {
  const host = hostAndPort.replace(PORT, "");
  const name = host.replace(WWW, "");
  if (host.length > MAX_HOST_LENGTH || !name.includes(".")) return false;
  const labels = name.split(".");
  return labels.every((label) => LABEL.test(label)) && TOP_LEVEL.test(labels.at(-1) ?? "");
}

/** A page on a social network. The network's own address alone is that of those who work there. */
function isSocialProfile({ host, rest }: WebAddress): boolean {
  const site = host.replace(PORT, "").replace(WWW, "").toLowerCase();
  if (socialHosts.has(site)) return rest !== "" && rest !== "/";
  const parent = site.indexOf(".") + 1;
  const isBelow = site.includes(".", parent);
  return isBelow && SOCIAL_HOSTS.some((social) => site.endsWith(`.${social}`));
}
