/** Measures once and tells the figure. */
export type Contender = () => number | Promise<number>;

/**
 * Lets contenders run in turn, round after round, so that a busy minute of the machine strikes all of them. A first round
 * warms up and does not count.
 *
 * @returns the figures of each contender, by round
 */
export async function compare<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, Contender>>,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries<Contender>(contenders);
  const figures = Object.fromEntries(entries.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    // Who goes first changes from round to round.
    const turn = round % entries.length;
    for (const [name, contender] of [...entries.slice(turn), ...entries.slice(0, turn)]) {
      globalThis.gc?.();
      const figure = await contender();
      if (round > 0) figures[name]?.push(figure);
    }
  }
  return figures as Record<Name, number[]>;
}

/** How often a second something can be done, done `times` times. */
export async function perSecond(times: number, work: (turn: number) => unknown): Promise<number> {
  const startedAt = performance.now();
  for (let turn = 0; turn < times; turn++) {
    const result = work(turn);
    if (result instanceof Promise) await result;
  }
  return (times / (performance.now() - startedAt)) * 1000;
}
