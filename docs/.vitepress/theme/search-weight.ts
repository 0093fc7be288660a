/** How much a hit counts, by where its page is on the site; the first that matches. Guides come before what they refer to. */
const WEIGHTS: readonly (readonly [RegExp, number])[] = [
  [/^reference\//, 0.02],
  [/^(?:changelog|contributing|contracts|benchmarks)\b/, 0.1],
  [/^packages\//, 0.5],
];

/**
 * Returns by how much the search multiplies the score of a section.
 *
 * @param address the address of the section, without the base of the site: `delivery#retries`
 */
export function weightOf(address: string): number {
  return WEIGHTS.find(([pattern]) => pattern.test(address))?.[1] ?? 1;
}
