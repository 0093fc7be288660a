/** Returns the anchor of a heading as GitHub makes it. */
export function githubSlug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

/** Returns the anchor of a heading as TypeDoc links to it. */
export function referenceSlug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z\d]+/g, "-")
    .replace(/^-|-$/g, "");
}
