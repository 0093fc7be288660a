import js from "@eslint/js";
import regexp from "eslint-plugin-regexp";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "**/.types/",
      "**/generated/",
      "docs/site/",
      "docs/.vitepress/cache/",
      "docs/.vitepress/.temp/",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["*.ts", "packages/*/tsup.config.ts"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // What outsiders fill in is read with these: no expression may take longer than linear time for any value.
    files: ["packages/*/src/**/*.ts", "docs/playground/src/**/*.ts"],
    plugins: { regexp },
    rules: {
      "regexp/no-super-linear-backtracking": ["error", { report: "potential" }],
      "regexp/no-super-linear-move": ["error", { report: "potential", ignoreSticky: false }],
    },
  },
  {
    // Kafka is known by kafka/kafka-client.ts alone, so that kafkajs can be replaced.
    files: ["packages/signal-delivery/src/**/*.ts"],
    ignores: ["packages/signal-delivery/src/kafka/kafkajs/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { paths: ["kafkajs"], patterns: [{ group: ["**/kafkajs/*", "!**/kafkajs/connect.js"] }] },
      ],
      "no-restricted-syntax": [
        "error",
        "ImportExpression[source.value=/^kafkajs/]",
        "TSImportType[source.value=/^kafkajs/]",
      ],
    },
  },
  { files: ["*.ts", "packages/*/tsup.config.ts"], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ["**/*.js", "**/*.mjs", "**/*.cjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", fetch: "readonly" } },
  },
);
