import { expect, test } from "vitest";

import { resumeHint, resumePoint } from "../src/report/resume-hint.js";

test.each([
  [0, [], true, undefined, "No line of the input is done yet: rerun the same command."],
  [7, [9], true, undefined, "Rerun the same command to resume after line 7. Nothing that is done is sent twice."],
  [0, [2], true, undefined, "Rerun the same command to resume at the beginning. Nothing that is done is sent twice."],
  [
    7,
    [],
    true,
    "With --spool",
    "Lines up to 7 of the input are done. Continue from line 8. With --spool, a run resumes automatically.",
  ],
  [
    0,
    [2],
    true,
    "Without --no-journal",
    "Line 1 of the input is not done. 1 later line (2) is done, too; resending it is harmless. Continue from line 1. Without --no-journal, a run resumes automatically.",
  ],
  [
    7,
    [9, 12],
    false,
    "With --spool",
    "Lines up to 7 of the input are done. 2 later lines (9, 12) are done, too; skip them: deduplication is off, and each would create another contact. Continue from line 8. With --spool, a run resumes automatically.",
  ],
] as const)(
  "settled through %i, beyond it %j, deduplicated %s, goes on by itself if %s",
  (settledThrough, settledBeyond, deduplicate, resumesIf, words) => {
    expect(resumeHint({ settledThrough, settledBeyond, deduplicate, resumesIf })).toBe(words);
  },
);

test.each([
  [0, 0, undefined],
  [48, 0, "Resuming after line 48, where the last run ended."],
  [48, 1, "Resuming after line 48, where the last run ended; 1 later line is done, too."],
  [0, 12, "Resuming at the beginning, where the last run ended; 12 later lines are done, too."],
])("a later run after %i lines, with %i done beyond", (settledThrough, settledBeyond, words) => {
  expect(resumePoint(settledThrough, settledBeyond)).toBe(words);
});

test("all lines to skip are named, by their ranges", () => {
  const done = [11, 12, 13, 14, 17, ...Array.from({ length: 60 }, (_, index) => 20 + 2 * index)];

  const words = resumeHint({ settledThrough: 9, settledBeyond: done, deduplicate: false, resumesIf: "With --spool" });

  const alone = done.slice(5).join(", ");
  expect(words).toContain(`65 later lines (11-14, 17, ${alone}) are done, too; skip them:`);
});

test("if they are too many to be named, that is said, and how to resume without a second contact", () => {
  const done = Array.from({ length: 300 }, (_, index) => 20 + 2 * index);

  const words = resumeHint({ settledThrough: 9, settledBeyond: done, deduplicate: false, resumesIf: "With --spool" });

  expect(words).toContain("416, 418, and 100 more) are done, too; ");
  expect(words).toContain("deliver the rest with deduplication on");
  expect(words).not.toContain("skip them");
});
