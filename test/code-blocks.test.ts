import { join } from "node:path";

import ts from "typescript";
import { expect, test } from "vitest";

import { blocksOf, type Block } from "./blocks.js";
import { pages, root, sources } from "./pages.js";

const blocks: readonly Block[] = [
  ...pages.flatMap(({ path, text }) => blocksOf(path, text, "ts")),
  ...sources.flatMap(({ path, text }) => blocksOf(path, text.replace(/^ *\* ?/gm, ""), "ts")),
];

/** What the compiler finds wrong, by the place of the block. The blocks are never written to disk. */
const errors: ReadonlyMap<string, readonly string[]> = compile();

function compile() {
  const configFile = join(root, "test/tsconfig.json");
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(configFile, (name) => ts.sys.readFile(name)).config,
    ts.sys,
    join(root, "test"),
    {
      composite: false,
      emitDeclarationOnly: false,
      declaration: false,
      declarationMap: false,
      noEmit: true,
      noUnusedLocals: false,
    },
    configFile,
  );
  const files = new Map(blocks.map((block, number) => [join(root, `test/block-${number}.ts`), block]));
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    fileExists: (name) => files.has(name) || ts.sys.fileExists(name),
    readFile: (name) => files.get(name)?.code ?? ts.sys.readFile(name),
    getSourceFile: (name, languageVersion) => {
      const text = host.readFile(name);
      return text === undefined ? undefined : ts.createSourceFile(name, text, languageVersion);
    },
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return new Map(
    [...files].map(([name, { where }]) => {
      const file = program.getSourceFile(name);
      const found = file ? [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)] : [];
      return [where, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))] as const;
    }),
  );
}

test("there are blocks on the front page and in each package", () => {
  const places = blocks.map(({ where }) => where.split(":")[0]);
  expect(places).toEqual(
    expect.arrayContaining([
      "README.md",
      "packages/apollo-client/README.md",
      "packages/signal-connector-kit/README.md",
      "packages/signal-delivery/README.md",
      "packages/signal-apollo-connector/README.md",
      "packages/signal-apollo-worker/README.md",
      "packages/apollo-sandbox/README.md",
      "docs/getting-started.md",
      "docs/mapping.md",
      "packages/apollo-client/src/client.ts",
    ]),
  );
});

test.each(blocks)("$where compiles", ({ where }) => {
  expect(errors.get(where)).toEqual([]);
});
