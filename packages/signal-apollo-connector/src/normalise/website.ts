import { omitted, taken, type Normaliser } from "./normaliser.js";

const HTTP = /^https?:\/\//i;
/** A domain of at least two labels, the last of letters, with what may follow it: port, path, query, fragment. */
const BARE_DOMAIN =
  /^(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}\.)+(?:\p{L}[\p{L}\p{M}]+|xn--[a-z0-9-]+)(?::\d+)?(?:[/?#].*)?$/iu;

/** An http(s) URL stays as it is; a bare domain gets `https://`. */
export const normaliseWebsite: Normaliser = (text) => {
  const url = HTTP.test(text) ? text : BARE_DOMAIN.test(text) ? `https://${text}` : undefined;
  return url !== undefined && namesHost(url) ? taken(url) : omitted("invalid_website");
};

/** `https://..` can be parsed, but names no host. */
function namesHost(url: string): boolean {
  return !/\s/.test(url) && URL.canParse(url) && /[\p{L}\p{N}]/u.test(new URL(url).hostname);
}
