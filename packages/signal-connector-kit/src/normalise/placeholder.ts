import { deepFreeze } from "../object/deep-freeze.js";
import { QUOTES, withoutEnds } from "./typed-text.js";

/**
 * The texts that stand for a missing value. Words are compared without regard to case and width, and to brackets, dashes and
 * quotation marks around them; a value of several such words is one as well (`undefined undefined`).
 */
export const PLACEHOLDERS = /* @__PURE__ */ deepFreeze({
  /** Errors of spreadsheets, in several languages, and what programs print for nothing. A value of no field. */
  machine: [
    ...["#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!", "#spill!", "#calc!", "#error!", "#field!"],
    ...["#blocked!", "#connect!", "#unknown!", "#busy!", "#python!", "#external!", "#getting_data"],
    ...["#nv", "#bezug!", "#wert!", "#zahl!", "#überlauf!", "#valeur!", "#nom?", "#nombre!", "#nul!", "#¡ref!"],
    ...["#¡valor!", "#¿nombre?", "#¡num!", "#¡nulo!", "#¡div/0!", "#valor!", "#nome?", "#n/d", "#rif!", "#valore!"],
    ...["#n/b", "#waarde!", "#verw!", "#naam?", "#getal!", "#n/d!", "#arg!", "#adr!", "#liczba!", "#nazwa?"],
    ...["#ссылка!", "#знач!", "#имя?", "#число!", "#пусто!", "#дел/0!", "#н/д"],
    ...["undefined", "<null>", "<nil>", "(null)", "(nil)", "%!s(<nil>)", "<no value>", "\\n", "dbnull", "not a number"],
  ],
  /** What people and forms write for nothing. Nobody is called so; a value of no name, company, title, address or label. */
  word: [
    ...["n/a", "n\\a", "not available", "not applicable", "not provided", "not specified", "not set", "not given"],
    ...["not known", "not disclosed", "no data", "no value", "no name", "no first name", "no last name", "no company"],
    ...["no title", "tbd", "tba", "to be determined", "please select", "select one", "choose one"],
    ...["first name", "last name", "firstname", "lastname", "first_name", "last_name", "fname", "lname", "full name"],
    ...["given name", "family name", "your name", "your first name", "your last name", "company name", "your company"],
    ...["job title", "your title", "vorname", "nachname", "keine angabe", "nicht angegeben", "non renseigné"],
    ...["non applicable", "sin datos", "no aplica", "n/d", "n.v.t.", "não informado", "non disponibile"],
    ...["nie dotyczy", "н/д", "нет данных", "не указано", "不明", "未知"],
  ],
  /** The same, but people are called Null, None, Nan and True: a name beside a real one, and no name where both are such. */
  alsoName: [
    ...[
      "null",
      "none",
      "nil",
      "nan",
      "na",
      "n.a.",
      "n.a",
      "k.a.",
      "unknown",
      "unbekannt",
      "inconnu",
      "desconocido",
      "onbekend",
    ],
    ...["sconosciuto", "неизвестно", "anonymous", "true", "false", "empty", "blank"],
  ],
  /** Words of `alsoName` as people write them and programs do not. */
  writtenAsNames: ["Null", "Nil", "Nan", "Na"],
  /** Words of `alsoName` that can mean something in a company, a title, an address or a label. */
  onlyInNames: ["anonymous", "true", "false", "empty", "blank"],
  /** The marks of templates that nothing was filled into, of any mailer or form. One of them anywhere in a value is enough. */
  templates: [
    ...[
      ["{{", "}}"],
      ["${", "}"],
      ["%%", "%%"],
      ["*|", "|*"],
      ["<%", "%>"],
      ["{%", "%}"],
      ["#{", "}"],
      ["{!", "}"],
    ],
    ...[
      ["[[", "]]"],
      ["{$", "}"],
      ["@{", "}"],
      ["[%", "%]"],
      ["!*", "*!"],
      ["[object ", "]"],
    ],
  ],
  /** Marks that count only around a whole value. */
  aroundValues: [["{", "}"]],
  /** Marks that count only around the name of a field, such as `first_name` or `Company Name`, which is the whole value. */
  aroundFieldNames: [
    ...[
      ["[", "]"],
      ["<", ">"],
      ["<<", ">>"],
      ["«", "»"],
      ["(", ")"],
      ["%", "%"],
      ["#", "#"],
      ["##", "##"],
      ["|", "|"],
    ],
    ...[
      ["~", "~"],
      ["_", "_"],
      ["__", "__"],
      ["$", "$"],
      ["$$", "$$"],
      ["$", ""],
    ],
  ],
} as const);

/**
 * What a field makes of placeholders:
 *
 * - `name`: a name of a person
 * - `text`: a company, a title, an address or a label
 * - `strict`: a field with a form of its own, such as an e-mail address, in which words are invalid anyway
 * - `free`: a field of the team's own, in which words can be answers and templates can be quoted
 */
export type PlaceholderUse = "name" | "text" | "strict" | "free";

/** Words that a blueprint adds, in the form in which they are compared. */
export type AddedWords = ReadonlySet<string>;

/** No placeholder is longer; templates can be. */
const MAX_LENGTH = 80;
const FIELD_NAME =
  /^(?:[a-z\d]+(?:_[a-z\d]+)+|(?:[a-z\d]+[. :-])*[a-z\d]{0,20}(?:name|mail|company|organi[sz]ation|title|phone|mobile|website|source|campaign|keyword|address|firma|prénom))$/iu;
/** What people write around a word for nothing. */
const BEFORE = `${QUOTES}-–—_.*:([{< `;
const AFTER = `${QUOTES}-–—_*:)]}> `;
const IN_BRACKETS = /^[-–—_.*:([{<]/u;
/** Nothing but dashes, dots, question marks and the like. */
const STROKES = /^[-–—_.?/\\|*#~…·•\s]+$/u;

const machine = /* @__PURE__ */ wordsOf("machine");
const words = /* @__PURE__ */ wordsOf("word");
const alsoNames = /* @__PURE__ */ wordsOf("alsoName");
const onlyInNames = /* @__PURE__ */ wordsOf("onlyInNames");
const writtenAsNames = /* @__PURE__ */ wordsOf("writtenAsNames");
/** A function, as all that follows: a property that is read at the start keeps the list in bundles that have no use for it. */
function wordsOf(list: "machine" | "word" | "alsoName" | "onlyInNames" | "writtenAsNames"): ReadonlySet<string> {
  return new Set(PLACEHOLDERS[list]);
}
const noWords: AddedWords = new Set();

/** Brings words to the form in which they are compared. */
export function addedWords(texts: readonly string[] = []): AddedWords {
  return new Set(texts.map(folded).flatMap((text) => [text, withoutEnds(text, BEFORE, AFTER) || text]));
}

/** A text without any of the marks: most are. */
const WITHOUT_MARKS = /^[a-z\d .,'&:/+@-]*$/i;
/** How words begin, in two characters of either case: most texts begin in another way, and need no closer look. */
const BEGINNINGS = /* @__PURE__ */ beginnings();
function beginnings(): ReadonlySet<string> {
  const all = [...machine, ...words, ...alsoNames].flatMap((word) => {
    const [first, second] = [word.charAt(0), word.charAt(1)];
    const [upperFirst, upperSecond] = [first.toUpperCase(), second.toUpperCase()];
    return [first + second, upperFirst + second, first + upperSecond, upperFirst + upperSecond];
  });
  return new Set(all);
}
const TWO_LETTERS = /^[a-z]{2}/i;

/** Whether a text stands for a missing value. Takes linear time. */
export function isPlaceholder(text: string, use: PlaceholderUse, added: AddedWords = noWords): boolean {
  if (WITHOUT_MARKS.test(text)) {
    if (use === "strict" && text.length > LONGEST_UNMARKED) return false;
  } else if (isTemplate(text, use)) return true;
  if (text.length > MAX_LENGTH || (added.size === 0 && !canBeWord(text))) return false;
  const value = folded(text);
  if (machine.has(value)) return true;
  if (use === "strict" || use === "free") return isAll(value, (word) => machine.has(word));
  if (use === "text" && STROKES.test(value)) return true;
  const core = withoutEnds(value, BEFORE, AFTER);
  if (isAll(core, (word) => isWord(word, added))) return true;
  // Nobody is called (none).
  if (IN_BRACKETS.test(value) && isAlsoName(core)) return true;
  return use === "text" && isAll(core, (word) => isWord(word, added) || (isAlsoName(word) && !onlyInNames.has(word)));
}

/**
 * Whether two names are both words that stand for nothing, such as `null null`. Nan None is a person: no program prints `Nan`, and none
 * prints two different words for the same nothing.
 */
export function areNoNames(first: string, last: string): boolean {
  if (!isWordForNothing(first) || !isWordForNothing(last)) return false;
  return folded(first) === folded(last) || ![first, last].some((name) => writtenAsNames.has(name));
}

/** Whether a name is a word that stands for nothing, though people are called so. */
export function isWordForNothing(name: string): boolean {
  if (name.length > MAX_LENGTH || !canBeWord(name)) return false;
  const core = withoutEnds(folded(name), BEFORE, AFTER);
  return isAll(core, (word) => isWord(word) || isAlsoName(word));
}

/** The longest word of a machine that has none of the marks: `not a number`. */
const LONGEST_UNMARKED = 12;

/** Whether a text begins as a word does, or with something else than two letters of ASCII. */
function canBeWord(text: string): boolean {
  return BEGINNINGS.has(text.slice(0, 2)) || !TWO_LETTERS.test(text);
}

function isWord(text: string, added: AddedWords = noWords): boolean {
  return [text, withoutEnds(text, "", ".!?")].some((one) => words.has(one) || machine.has(one) || added.has(one));
}

function isAlsoName(word: string): boolean {
  return alsoNames.has(word);
}

/** Whether all words of a text pass a test, or the text as a whole does. */
function isAll(text: string, test: (word: string) => boolean): boolean {
  return text !== "" && (test(text) || text.split(" ").every(test));
}

function isTemplate(text: string, use: PlaceholderUse): boolean {
  if (PLACEHOLDERS.templates.some((marks) => (use === "free" ? isAround(text, marks) : isWithin(text, marks))))
    return true;
  if (text.length > MAX_LENGTH) return false;
  const takesWords = use === "name" || use === "text";
  if (takesWords && PLACEHOLDERS.aroundValues.some((marks) => isAround(text, marks))) return true;
  return PLACEHOLDERS.aroundFieldNames.some(
    (marks) =>
      isAround(text, marks) && FIELD_NAME.test(text.slice(marks[0].length, text.length - marks[1].length).trim()),
  );
}

type Marks = readonly [open: string, close: string];

function isWithin(text: string, [open, close]: Marks): boolean {
  const start = text.indexOf(open);
  return start !== -1 && text.includes(close, start + open.length);
}

function isAround(text: string, [open, close]: Marks): boolean {
  return text.length > open.length + close.length && text.startsWith(open) && text.endsWith(close);
}

function folded(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/ ?\/ ?/g, "/");
}
