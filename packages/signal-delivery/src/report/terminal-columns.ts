import type { OutputStream } from "../io.js";

/** Where a terminal does not tell its width. */
const USUAL_COLUMNS = 80;

/** How many columns a terminal has; `undefined` for a file or a pipe, whose lines are not cut. */
export function terminalColumns({ isTTY, columns }: OutputStream): number | undefined {
  if (isTTY !== true) return undefined;
  return columns === undefined || columns === 0 ? USUAL_COLUMNS : columns;
}
