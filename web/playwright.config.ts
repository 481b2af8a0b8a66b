import { defineConfig } from "@playwright/test";

// Each worker has a server and a demo desk of its own; a test makes what it needs, so that any order will do.
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 2,
  fullyParallel: true,
  timeout: 30_000,
  expect: { timeout: 8_000 },
  forbidOnly: Boolean(process.env.CI),
  // A test that needed its second try is told as flaky.
  retries: process.env.CI ? 1 : 0,
  reporter: [["list"], ["./e2e/summary.ts"]],
  use: {
    locale: "en-US",
    timezoneId: "Asia/Manila",
    viewport: { width: 1440, height: 900 },
    // Following every step slows all of them: for the failure at hand, SUKI_TRACE=1.
    trace: process.env.SUKI_TRACE ? "retain-on-failure" : "off",
    launchOptions: {
      executablePath: process.env.SUKI_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
