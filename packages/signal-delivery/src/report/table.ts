import Table from "cli-table3";

/** Between two columns. */
const GAP = "  ";

/** Narrower than this, a column says nothing. */
const MIN_WIDTH = 8;

const EDGES = ["top", "bottom", "left", "right", "mid"];
const NO_LINES = {
  ...Object.fromEntries(EDGES.flatMap((edge) => ["", "-left", "-mid", "-right"].map((end) => [edge + end, ""]))),
  middle: GAP,
};

/**
 * Rows of cells as lines for a terminal. What is too wide for its column is cut, with …; wide characters count as two.
 *
 * @param cells the rows; a cell may be coloured, though not dimmed: a cut would leave the rest of the line dim
 * @param widths how wide each column is, in columns of the terminal
 */
export function table(cells: readonly (readonly string[])[], widths: readonly number[]): string {
  const grid = new Table({
    chars: NO_LINES,
    colWidths: [...widths],
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
    wordWrap: false,
  });
  grid.push(...cells.map((row) => [...row]));
  return grid
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** The widths of the columns, with what is left of the terminal's for the one or two that are not fixed. */
export function fitted(columns: number, fixed: readonly (number | undefined)[]): readonly number[] {
  const taken = fixed.reduce<number>((sum, width) => sum + (width ?? 0), 0) + GAP.length * (fixed.length - 1);
  const open = fixed.filter((width) => width === undefined).length;
  const share = Math.max(MIN_WIDTH, Math.floor((columns - taken) / open));
  return fixed.map((width) => width ?? share);
}
