import { describe, expect, test } from "vitest";

import { pages } from "./pages.js";

/** Words that we replaced, each with what to write instead. */
const REPLACED: readonly { readonly words: RegExp; readonly use: string }[] = [
  { words: /\bin the air\b/, use: "in flight" },
  { words: /\b(?:left|leaves?|leaving) out\b/, use: "omitted, omit" },
  {
    words: /\b(?:sent|sends?|sending)(?: it| them| this| that)? (?:again|anew)\b/,
    use: "retry; resend if a person does it",
  },
  { words: /\bmade again\b/, use: "retried" },
  { words: /\ba repeat\b|\brepeats included\b/, use: "a retry, including retries" },
  { words: /\banew\b/, use: "again, from scratch" },
  { words: /\b(?:go|goes|gone|going|went) on\b/, use: "continue, resume" },
  { words: /\bby (?:itself|themselves)\b/, use: "automatically" },
  { words: /\b(?:put|puts)(?: it| them| this| that| what \w+)? right\b/, use: "fix" },
  { words: /\b(?:is|are) none\b/, use: "is not an X, is missing" },
  { words: /\bstands?\b(?! (?:for|out)\b)/, use: "is, is in, is listed in" },
  { words: /\b(?:says?|tells?|told|speaks) of\b/, use: "reports, shows, lists" },
  { words: /\bis told\b/, use: "is reported, is described" },
  { words: /\bwhat (?:became|becomes|came|comes) of\b/i, use: "outcome, result" },
  { words: /\ball the same\b/, use: "still, nevertheless" },
  { words: /\bin its stead\b/, use: "instead, a replacement" },
  { words: /\bfor want of\b/, use: "for, without" },
  { words: /\bfor good\b/, use: "continuously, permanently" },
  { words: /\b(?:is|are) well\b|\bwell again\b/, use: "has recovered, works" },
  { words: /\b(?:stops the line|the line stops)\b/, use: "delivery stops" },
  { words: /\bcannot be seen\b/, use: "invisible" },
  { words: /\bsigns? of life\b/, use: "heartbeat" },
  { words: /\b(?:objects?|events?|calls?|contacts?|leads?) an? (?:line|second|minute|hour|day|event)\b/, use: "per" },
  { words: /\btime-outs?\b/, use: "timeout" },
  { words: /\b(?:mis)?spelt\b/, use: "spelled" },
  { words: /\b(?:colour|behaviour|honour)/, use: "the US spelling" },
  { words: /\b(?:normal|organ|recogn|sanit|synchron)is(?:ed|es|ing|ations?)\b/, use: "the US spelling, with z" },
];

/** Pages that still have such words. The list only shrinks. */
const NOT_DONE: readonly string[] = ["README.md", "docs/cli.md", "docs/errors.md"];

const checked = pages.filter(({ path }) => !NOT_DONE.includes(path));
const left = pages.filter(({ path }) => NOT_DONE.includes(path));

/** The replaced words of a text, each with its line and what to write instead. Code between backticks keeps its names. */
function replacedWordsIn(text: string): string[] {
  const prose = text.replace(/`[^`\n]+`/g, (code) => "`".repeat(code.length));
  return REPLACED.flatMap(({ words, use }) =>
    // A line may end between two words.
    [...prose.matchAll(new RegExp(words.source.replaceAll(" ", "\\s+"), "gi"))].map(({ 0: found, index }) => {
      const line = prose.slice(0, index).split("\n").length;
      return `line ${line}: "${found.replace(/\s+/g, " ")}", write: ${use}`;
    }),
  );
}

describe("plain English", () => {
  test("a replaced word is found with its line, and a name in code is not", () => {
    expect(replacedWordsIn("Calls in flight\nare `left out`, and calls in the\n  air too.")).toEqual([
      'line 2: "in the air", write: in flight',
    ]);
  });

  test.each(checked)("$path has none of the words that we replaced", ({ text }) => {
    expect(replacedWordsIn(text)).toEqual([]);
  });

  test.each(left)("$path still has some; if not, remove it from the list", ({ text }) => {
    expect(replacedWordsIn(text)).not.toEqual([]);
  });
});
