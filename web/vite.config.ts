import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
// For `npm run dev`: where a `suki serve` answers the API.
const server = process.env.SUKI_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    svelte(),
    tailwindcss(),
    {
      // `npm run dev` shows the same pages at the same addresses as the program does.
      name: "suki-pages",
      configureServer(vite) {
        vite.middlewares.use((request, _response, next) => {
          const path = request.url?.split("?")[0] ?? "/";
          if (path === "/desk" || path.startsWith("/desk/")) request.url = "/desk.html";
          else if (path.startsWith("/c/")) request.url = "/index.html";
          next();
        });
      },
    },
  ],
  resolve: { alias: { $catalogue: here("../catalogue"), $: here("src") } },
  build: {
    target: "es2022",
    // The pages forbid data: scripts and styles; everything is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: here("index.html"), desk: here("desk.html") } },
  },
  server: { proxy: { "/api": { target: server, ws: true } }, fs: { allow: [".."] } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
