/** How many ranges of lines are named. */
const MAX_NAMED = 200;

/** The numbers of lines, as a sentence names them. */
export interface NamedLines {
  /** Such as `1, 3-5, 7`. */
  readonly text: string;
  /** How many lines are not named, since they would be too many. */
  readonly more: number;
}

/** Names lines, in order, by their ranges. */
export function namedLines(numbers: readonly number[]): NamedLines {
  const ranges: { readonly first: number; last: number }[] = [];
  let named = 0;
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.last === number - 1) range.last = number;
    else if (ranges.length === MAX_NAMED) break;
    else ranges.push({ first: number, last: number });
    named += 1;
  }
  const text = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
  return { text, more: numbers.length - named };
}

/** The numbers of lines: `1, 3-5, 7`, and how many more there are if they are too many. */
export function lineNumbers(numbers: readonly number[]): string {
  const { text, more } = namedLines(numbers);
  return more === 0 ? text : `${text}, and ${more} more`;
}
