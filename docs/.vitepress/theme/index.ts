import type { DefaultTheme, Theme } from "vitepress";
import DefaultThemeWithoutFonts from "vitepress/theme-without-fonts";

import { weightOf } from "./search-weight.js";
import SiteLayout from "./SiteLayout.vue";
import WideLayout from "./WideLayout.vue";

import "./site.css";

const theme: Theme = {
  extends: DefaultThemeWithoutFonts,
  Layout: SiteLayout,
  enhanceApp({ app, siteData }) {
    app.component("WideLayout", WideLayout);
    const { base, themeConfig } = siteData.value as { base: string; themeConfig: DefaultTheme.Config };
    if (themeConfig.search?.provider !== "local") return;
    // In the configuration it would be a text that the browser compiles, which the policy of the site forbids.
    themeConfig.search.options = {
      ...themeConfig.search.options,
      miniSearch: { searchOptions: { boostDocument: (id: string) => weightOf(id.slice(base.length)) } },
    };
  },
};

export default theme;
