/** The built program on a demo desk of its own, in a folder that goes away with it. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const program = (): string => process.env.SUKI_PROGRAM ?? process.env.SUKI_BIN ?? join("..", "build", "suki");

const roles = ["agent", "manager", "owner"] as const;
export type Role = (typeof roles)[number];
export interface Account {
  login: string;
  password: string;
}

const serveOptions = ["--no-rate-limit", "--log-level", "warning", "--trust-authserv-id", "mx.shop.example"];

export class Site {
  readonly data = mkdtempSync(join(tmpdir(), "suki-e2e-"));
  readonly accounts: Partial<Record<Role, Account>> = {};
  /** "http://127.0.0.1:PORT"; stays the same when the server comes back. */
  address = "";
  private server: ChildProcess | undefined;

  /** `fill`: makes the data folder, instead of the demo desk. Who may log in is then its business. */
  constructor(fill?: (data: string) => void) {
    if (fill) {
      fill(this.data);
      return;
    }
    execFileSync(program(), ["demo", "--data", this.data], { stdio: ["ignore", "ignore", "inherit"] });
    // Lines `role login password`.
    for (const line of readFileSync(join(this.data, "demo-accounts.txt"), "utf8").split("\n")) {
      const [word, login, password] = line.trim().split(/\s+/);
      const role = roles.find((one) => one === word);
      if (!login || !password || !role) continue;
      this.accounts[role] ??= { login, password };
    }
  }

  /** `suki serve` says where it serves, as its first line. */
  async start(): Promise<void> {
    const listen = this.address === "" ? "127.0.0.1:0" : new URL(this.address).host;
    const more = process.env.SUKI_PAGES ? ["--pages", process.env.SUKI_PAGES] : [];
    const server = spawn(program(), ["serve", "--data", this.data, "--listen", listen, ...serveOptions, ...more], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.server = server;
    this.address = await new Promise<string>((resolve, reject) => {
      server.once("error", reject);
      server.once("exit", (code) => reject(new Error(`suki serve ended with ${code} before it served`)));
      createInterface({ input: server.stdout }).on("line", (line) => {
        const address = /https?:\/\/[^\s/]+/.exec(line)?.[0];
        if (address) resolve(address);
      });
    });
  }

  /** For how long what agents send can be undone; most tests want none of it. */
  async undoSeconds(seconds: number): Promise<void> {
    const { owner } = this.accounts;
    if (!owner) return;
    const headers = { "Content-Type": "application/json", Origin: this.address };
    const entered = await fetch(`${this.address}/api/v1/session`, {
      method: "POST",
      headers,
      body: JSON.stringify(owner),
    });
    const { csrf } = (await entered.json()) as { csrf: string };
    const cookie = entered.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ");
    const set = await fetch(`${this.address}/api/v1/compose-rules`, {
      method: "PUT",
      headers: { ...headers, Cookie: cookie, "X-CSRF-Token": csrf },
      body: JSON.stringify({ undo_seconds: seconds }),
    });
    if (!set.ok) throw new Error(`compose-rules: ${set.status} ${await set.text()}`);
    await fetch(`${this.address}/api/v1/session`, {
      method: "DELETE",
      headers: { ...headers, Cookie: cookie, "X-CSRF-Token": csrf },
    });
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }

  /** As a power cut would: nothing is finished, nothing is said. */
  async kill(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await ended;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}
