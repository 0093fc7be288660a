import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { pages, root } from "./pages.js";

const links = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = ""]) => ({ path, target })),
);

test("there are links to follow", () => {
  expect(links.length).toBeGreaterThan(10);
});

test.each(links)("$path links to $target, and it is there", ({ path, target }) => {
  const [file = "", anchor] = target.split("#");
  const linked = file === "" ? path : join(dirname(path), file);
  expect(existsSync(join(root, linked))).toBe(true);

  if (anchor === undefined) return;
  const page = pages.find((one) => [linked, join(linked, "README.md")].includes(one.path));
  expect(headingsOf(page?.text ?? "")).toContain(anchor);
});

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
