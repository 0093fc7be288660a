import type { MarkdownRenderer } from "vitepress";

/** How other package managers write `npm install`. */
const MANAGERS: Readonly<Record<string, (packages: string, isForDevelopment: boolean, isGlobal: boolean) => string>> = {
  npm: (packages, isForDevelopment, isGlobal) =>
    `npm install ${isGlobal ? "--global " : ""}${isForDevelopment ? "--save-dev " : ""}${packages}`,
  pnpm: (packages, isForDevelopment, isGlobal) =>
    `pnpm add ${isGlobal ? "--global " : ""}${isForDevelopment ? "--save-dev " : ""}${packages}`,
  yarn: (packages, isForDevelopment, isGlobal) =>
    `yarn ${isGlobal ? "global " : ""}add ${isForDevelopment ? "--dev " : ""}${packages}`,
};

const INSTALL = /^npm install ((?:--global |--save-dev )*)(.+)\n$/;

/** Shows a block that only installs packages with npm as tabs for npm, pnpm and yarn. */
export function usePackageManagerTabs(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("package-manager-tabs", (state) => {
    state.tokens = state.tokens.flatMap((token) => {
      const [, flags = "", packages] = INSTALL.exec(token.content) ?? [];
      if (token.type !== "fence" || packages === undefined) return [token];
      const open = new state.Token("container_code-group_open", "div", 1);
      const close = new state.Token("container_code-group_close", "div", -1);
      open.info = "code-group";
      const fences = Object.entries(MANAGERS).map(([name, command]) => {
        const fence = new state.Token("fence", "code", 0);
        fence.info = `sh [${name}]`;
        fence.markup = "```";
        fence.content = `${command(packages, flags.includes("--save-dev"), flags.includes("--global"))}\n`;
        return fence;
      });
      return [open, ...fences, close];
    });
  });
}
