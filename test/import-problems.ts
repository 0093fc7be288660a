import { posix } from "node:path";

import ts from "typescript";

/** What each package may import of the others: everything, or only types. What is not listed is not allowed. */
export type AllowedImports = Readonly<Record<string, Readonly<Record<string, "all" | "types">>>>;

/** One import of a file. */
export interface Import {
  /** The path of the file. */
  readonly from: string;
  /** The path of the file that it imports, or the name of a package. */
  readonly to: string;
  /** Whether nothing of it is left when the program runs. */
  readonly isOfTypes: boolean;
}

/** Which nodes lead to which, with an import for each arrow. */
type Graph = ReadonlyMap<string, ReadonlyMap<string, Import>>;

/** The prefix under which the packages import each other. */
const SCOPE = "@datafly/";

/**
 * Finds what is wrong with the imports of the packages, in one sentence each: a cycle between files, a cycle between folders of a
 * package, an import between packages that is not allowed.
 *
 * An import of types counts, too: to understand one of the files, you have to read the other. A folder is one directly below `src`,
 * with everything in it. A file directly in `src` counts as itself: some of them are above all folders (`index.ts`) and others below.
 *
 * @param files the text of each source file, by its path `packages/NAME/src/…`
 */
export function importProblems(files: ReadonlyMap<string, string>, allowed: AllowedImports): string[] {
  const imports = [...files].flatMap(([path, text]) => importsOf(path, text));
  return [
    ...cyclesIn(graphOf(imports, (path) => path)).map((cycle) => `Cycle between files: ${namesOf(cycle)}`),
    ...cyclesIn(graphOf(imports, folderOf))
      // One of files alone has been reported.
      .filter((cycle) => cycle.some(({ from }) => folderOf(from) !== from))
      .map((cycle) => {
        const examples = cycle.map(({ from, to }) => `${from} imports ${to}`);
        return `Cycle between folders: ${namesOf(cycle.map(byFolder))} (${examples.join(", ")})`;
      }),
    ...imports.filter((one) => !isAllowed(one, allowed)).map(({ from, to }) => `Not allowed: ${from} imports ${to}`),
  ];
}

/** All imports of a file: declarations, re-exports, `import()`, and types written as `import("…")`. */
export function importsOf(from: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, isOfTypes: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const isRelative = specifier.text.startsWith(".");
    const path = posix.join(posix.dirname(from), specifier.text).replace(/\.js$/, ".ts");
    found.push({ from, to: isRelative ? path : specifier.text, isOfTypes });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isImportOfTypes(node));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(from, text, ts.ScriptTarget.Latest));
  return found;
}

function isImportOfTypes({ importClause }: ts.ImportDeclaration): boolean {
  return importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** `packages/NAME` of a path; `undefined` for the name of a package. */
function packageOf(path: string): string | undefined {
  return /^packages\/[^/]+/.exec(path)?.[0];
}

/** `packages/NAME/src/FOLDER` of a path, or the path itself directly in `src`. */
function folderOf(path: string): string {
  return /^packages\/[^/]+\/src\/[^/]+/.exec(path)?.[0] ?? path;
}

function byFolder({ from, to, isOfTypes }: Import): Import {
  return { from: folderOf(from), to: folderOf(to), isOfTypes };
}

function isAllowed({ from, to, isOfTypes }: Import, allowed: AllowedImports): boolean {
  const importer = packageOf(from)?.replace("packages/", "") ?? from;
  // A path that leads into another package is an import of it.
  const imported = to.startsWith(SCOPE)
    ? to.replace(SCOPE, "").split("/", 1)[0]
    : packageOf(to)?.replace("packages/", "");
  if (imported === undefined || (imported === importer && !to.startsWith(SCOPE))) return true;
  const kind = allowed[importer]?.[imported];
  return kind === "all" || (kind === "types" && isOfTypes);
}

function graphOf(imports: readonly Import[], nodeOf: (path: string) => string): Graph {
  const graph = new Map<string, Map<string, Import>>();
  for (const one of imports) {
    const [from, to] = [nodeOf(one.from), nodeOf(one.to)];
    // Within a folder, files may import each other; a file must not import itself.
    if (from === to && one.from !== one.to) continue;
    const arrows = graph.get(from) ?? new Map<string, Import>();
    graph.set(from, arrows.set(to, arrows.get(to) ?? one));
  }
  return graph;
}

/** A shortest cycle through each node that is on one, except through those that are on a cycle found before. */
function cyclesIn(graph: Graph): (readonly Import[])[] {
  const cycles: (readonly Import[])[] = [];
  const onCycle = new Set<string>();
  for (const start of graph.keys()) {
    if (onCycle.has(start)) continue;
    const cycle = shortestPath(graph, start, start);
    if (cycle === undefined) continue;
    cycles.push(cycle.map(({ via }) => via));
    for (const { node } of cycle) onCycle.add(node);
  }
  return cycles;
}

function shortestPath(graph: Graph, start: string, end: string) {
  interface Step {
    readonly node: string;
    readonly via: Import;
  }
  const seen = new Set<string>();
  let paths: (readonly Step[])[] = [[]];
  while (paths.length > 0) {
    const longer: (readonly Step[])[] = [];
    for (const path of paths) {
      for (const [node, via] of graph.get(path.at(-1)?.node ?? start) ?? []) {
        if (node === end) return [...path, { node, via }];
        if (seen.has(node)) continue;
        seen.add(node);
        longer.push([...path, { node, via }]);
      }
    }
    paths = longer;
  }
  return undefined;
}

/** `a → b → a` */
function namesOf(cycle: readonly Import[]): string {
  return [cycle[0]?.from, ...cycle.map(({ to }) => to)].join(" → ");
}
