/** The parts of a full name that a blueprint can take. */
export const NAME_PARTS = ["first", "last"] as const;

/**
 * A part of a full name: the first word, or everything after it.
 *
 * @useDeclaredType
 */
export type NamePart = (typeof NAME_PARTS)[number];

/** Titles that are written before a name, and are not a part of it. Compared in lower case, without a full stop. */
const TITLES: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ "mr mrs ms miss mx dr prof professor sir madam herr frau mme mlle monsieur madame".split(" "),
);

/** Commas of several scripts, and the marks of templates. */
const NOT_IN_NAMES = /[,;\uff0c\u3001[\]{}<>«»%|*$#~_=@]/;

/**
 * Takes a part of a full name. Nothing of the name is lost between the two parts, and nothing is guessed: a single word, and a
 * text with a comma (`Zheng, Tim`; `Tim Zheng, PhD`) or with the marks of templates (`[First Name] [Last Name]`), have no parts.
 *
 * @param name a text, trimmed
 * @returns `undefined` if the part cannot be told
 */
export function namePart(name: string, part: NamePart): string | undefined {
  if (NOT_IN_NAMES.test(name)) return undefined;
  const words = name.split(/\s+/);
  const start = words.findIndex((word) => !TITLES.has(word.replace(/\.$/, "").toLowerCase()));
  const [first, ...others] = words.slice(start);
  if (start === -1 || others.length === 0) return undefined;
  return part === "first" ? first : others.join(" ");
}
