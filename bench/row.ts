/** A figure over several rounds: the middle one, and between what the others lie. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What a ratio should be. */
export interface Goal {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One line of the table: our figure, the figure that it is measured against in the same run, and their ratio. */
export interface Row {
  /** What was measured, in a word that stays the same: `plan.floor`. */
  readonly id: string;
  /** What was measured, for a person. */
  readonly what: string;
  readonly unit: string;
  readonly ours: Spread;
  /** What it is measured against, for a person. */
  readonly against: string;
  readonly theirs: Spread;
  /** Ours by theirs, round by round. */
  readonly ratio: Spread;
  readonly goal?: Goal;
  /** What else there is to say. */
  readonly note?: string;
}

/** How thoroughly to measure. */
export interface Effort {
  /** Fewer rounds and smaller inputs: to see that all works, not to quote. */
  readonly quick: boolean;
  /** Tells what is being measured now. */
  readonly progress: (text: string) => void;
}

/** The middle of some figures, the smallest and the largest. */
function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { median: at(0.5), min: at(0), max: at(1) };
}

/** A row from the figures of the same rounds. */
export function rowOf(
  head: Omit<Row, "ours" | "theirs" | "ratio">,
  ours: readonly number[],
  theirs: readonly number[],
): Row {
  const ratios = ours.map((figure, round) => figure / (theirs[round] ?? NaN));
  return { ...head, ours: spreadOf(ours), theirs: spreadOf(theirs), ratio: spreadOf(ratios) };
}

/** Whether a ratio is as it should be. `undefined` where nothing was asked for. */
export function reached({ ratio, goal }: Row): boolean | undefined {
  if (goal === undefined) return undefined;
  return ratio.median >= (goal.atLeast ?? -Infinity) && ratio.median <= (goal.atMost ?? Infinity);
}
