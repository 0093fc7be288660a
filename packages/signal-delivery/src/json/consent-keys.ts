/** Where an event has its consent. */
const EVENT_PATH = ["context", "consent"] as const;
/** Where the event of a dead letter has it. */
const LETTER_PATH = ["event", "context", "consent"] as const;

/** A name that is written with an escape, such as `\u0063onsent`: no program writes one, and it is not found by a search. */
const ESCAPED_LETTER = /\\u00[4-7]/i;

/**
 * Takes an event's consent away if a name is there twice: in the consent, or on the way to it. `JSON.parse` keeps the last one, which
 * may be a `true` behind a `false`, so such an event counts as one without consent. Most events are found to be right without reading
 * them again.
 *
 * @param text the JSON
 * @param event what it was parsed to; its consent becomes `null`
 */
export function withoutAmbiguousConsent(text: string, event: unknown): unknown {
  return checked(text, event, EVENT_PATH);
}

/** The same for a dead letter, with the event in it. */
export function letterWithoutAmbiguousConsent(text: string, letter: unknown): unknown {
  return checked(text, letter, LETTER_PATH);
}

function checked(text: string, value: unknown, path: readonly string[]): unknown {
  const context = path.slice(0, -1).reduce(memberOf, value);
  const consent = memberOf(context, "consent");
  if (typeof consent !== "object" || consent === null) return value;
  if (!isPlain(text, consent, path) && hasDuplicateNames(text, path))
    Object.assign(context as object, { consent: null });
  return value;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Whether each name on the way is in the text once, and the consent is written in it as `JSON.stringify` would. */
function isPlain(text: string, consent: object, path: readonly string[]): boolean {
  return (
    path.every((name) => isOnce(text, `"${name}"`)) &&
    text.includes(`"consent":${JSON.stringify(consent)}`) &&
    !ESCAPED_LETTER.test(text)
  );
}

function isOnce(text: string, part: string): boolean {
  const at = text.indexOf(part);
  return at !== -1 && !text.includes(part, at + part.length);
}

/** An object or a list that is being read. */
interface Open {
  /** How many names of the path lead to it; `undefined` if it is beside the path. */
  readonly depth: number | undefined;
  readonly names: Set<string>;
  /** The name whose value comes next. */
  name: string | undefined;
}

/** Reads JSON that is known to be right, and looks for names that are there twice: on a path, and anywhere in what it leads to. */
export function hasDuplicateNames(text: string, path: readonly string[]): boolean {
  const open: Open[] = [];
  for (let at = 0; at < text.length; at++) {
    const parent = open.at(-1);
    switch (text.charAt(at)) {
      case "{":
      case "[":
        open.push({ depth: depthIn(parent, path), names: new Set(), name: undefined });
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case '"': {
        const end = endOfString(text, at);
        if (parent?.depth !== undefined && isName(text, end)) {
          const name = stringAt(text, at, end);
          parent.name = name;
          const counts = parent.depth === path.length || name === path[parent.depth];
          if (counts && parent.names.has(name)) return true;
          if (counts) parent.names.add(name);
        }
        at = end;
        break;
      }
    }
  }
  return false;
}

function depthIn(parent: Open | undefined, path: readonly string[]): number | undefined {
  if (parent === undefined) return 0;
  if (parent.depth === undefined || parent.depth === path.length) return parent.depth;
  return parent.name === path[parent.depth] ? parent.depth + 1 : undefined;
}

/** Where the quote is that ends the string which begins at a place. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charAt(end - 1 - backslashes) === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** Whether a string that ends at a place is a name: a colon follows. */
function isName(text: string, end: number): boolean {
  let at = end + 1;
  while (/\s/.test(text.charAt(at))) at++;
  return text.charAt(at) === ":";
}

function stringAt(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  return raw.includes("\\") ? (JSON.parse(text.slice(start, end + 1)) as string) : raw;
}
