/** How many lines are named one by one. */
const MAX_NAMED = 20;

/** The numbers of lines, as a sentence names them: `1, 3, 5`. */
export function lineNumbers(numbers: readonly number[]): string {
  return numbers.slice(0, MAX_NAMED).join(", ") + (numbers.length > MAX_NAMED ? ", …" : "");
}
