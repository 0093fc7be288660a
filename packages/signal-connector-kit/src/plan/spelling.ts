/**
 * A name without what its spelling adds: case, width, accents, and what stands between words. `Demo Requested`, `demo_requested` and
 * `demoRequested` are the same.
 */
export function withoutSpelling(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}
