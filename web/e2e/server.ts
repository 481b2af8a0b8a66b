/** Starts the built program on a demo desk of its own, in a folder that goes away with it. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const program = (): string => process.env.SUKI_PROGRAM ?? process.env.SUKI_BIN ?? join("..", "build", "suki");

/** `suki serve` says where it serves, as its first line. */
function startServer(data: string): Promise<{ server: ChildProcess; address: string }> {
  const more = process.env.SUKI_PAGES ? ["--pages", process.env.SUKI_PAGES] : [];
  const server = spawn(
    program(),
    ["serve", "--data", data, "--listen", "127.0.0.1:0", "--no-rate-limit", "--log-level", "warning", ...more],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`suki serve ended with ${code} before it served`)));
    createInterface({ input: server.stdout }).on("line", (line) => {
      const address = /https?:\/\/[^\s/]+/.exec(line)?.[0];
      if (address) resolve({ server, address });
    });
  });
}

/** Lines `role login password`. */
function readAccounts(data: string): void {
  for (const line of readFileSync(join(data, "demo-accounts.txt"), "utf8").split("\n")) {
    const [role, login, password] = line.trim().split(/\s+/);
    if (!login || !password || (role !== "agent" && role !== "manager")) continue;
    process.env[`SUKI_E2E_${role.toUpperCase()}`] ??= `${login} ${password}`;
  }
}

export default async function setUp(): Promise<() => Promise<void>> {
  const data = mkdtempSync(join(tmpdir(), "suki-e2e-"));
  execFileSync(program(), ["demo", "--data", data], { stdio: ["ignore", "ignore", "inherit"] });
  readAccounts(data);
  const { server, address } = await startServer(data);
  process.env.SUKI_E2E_DATA = data;
  process.env.SUKI_E2E_ADDRESS = address;
  return async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
}
