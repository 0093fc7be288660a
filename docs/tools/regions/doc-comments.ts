import { readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import { root } from "../root.js";

/** The doc comments of a source file, by the name of what they stand on: a class, a constant, or a property of one. */
export function docCommentsOf(path: string): ReadonlyMap<string, string> {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest, true);
  const comments = new Map<string, string>();
  const visit = (node: ts.Node) => {
    if ((ts.isClassDeclaration(node) || ts.isPropertyAssignment(node)) && node.name !== undefined) {
      const text = ts.getJSDocCommentsAndTags(node).map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "");
      if (text.length > 0) comments.set(node.name.getText(file), toMarkdown(text.join("\n")));
    }
    node.forEachChild(visit);
  };
  visit(file);
  return comments;
}

function toMarkdown(comment: string): string {
  return comment.replace(/\{@link ([^}]+)\}/g, "`$1`").replaceAll("\n", " ");
}
