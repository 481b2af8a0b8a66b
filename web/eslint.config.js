import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist/", "node_modules/", "test-results/", "src/api/schema.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      // The policy of the pages: text from outside is text, never markup.
      "svelte/no-at-html-tags": "error",
      // Attributes named style are blocked by the content security policy.
      "svelte/no-inline-styles": "error",
      // Addresses here are the program's own paths, not SvelteKit's.
      "svelte/no-navigation-without-resolve": "off",
      "no-restricted-globals": [
        "error",
        { name: "event", message: "Use the handler's argument." },
        { name: "name", message: "A forgotten variable; the browser's global is never meant." },
      ],
      eqeqeq: "error",
    },
  },
);
