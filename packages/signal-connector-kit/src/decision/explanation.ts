/** What a reason or a warning means, and what to do about it, in words for a person. */
export interface Explanation {
  /** What it means: part of a sentence, to stand behind a colon. */
  readonly meaning: string;
  /** What to do about it: a sentence or two. */
  readonly whatToDo: string;
}
