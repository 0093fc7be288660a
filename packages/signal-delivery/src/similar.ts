import { closest, distance } from "fastest-levenshtein";

/** The name that was most likely meant; `undefined` if none is like it. Case does not count. */
export function similarTo(typed: string, names: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  const best = closest(
    wanted,
    names.map((name) => name.toLowerCase()),
  );
  const name = names.find((one) => one.toLowerCase() === best);
  return name !== undefined && distance(wanted, best) <= Math.max(1, Math.floor(wanted.length / 3)) ? name : undefined;
}
