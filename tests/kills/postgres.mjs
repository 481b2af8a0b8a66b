// A PostgreSQL of a test's own, in a temporary folder, behind a socket there.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = '/usr/lib/postgresql';
const programs = existsSync(root)
  ? readdirSync(root)
      .map((version) => join(root, version, 'bin'))
      .filter((folder) => existsSync(join(folder, 'initdb')))
      .sort()
      .at(-1)
  : undefined;

/** The server refuses to run as root: then it runs as the user that its package made. */
function user() {
  if (process.getuid() !== 0) return {};
  const id = (what) => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export const hasPostgres = () => programs !== undefined;

export class Postgres {
  #folder;
  #server;

  /** `parent`: an existing folder that everybody may pass through. */
  constructor(parent) {
    this.#folder = join(parent, 'postgres');
    mkdirSync(this.#folder);
    const who = user();
    if (who.uid) chownSync(this.#folder, who.uid, who.gid);
    const made = spawnSync(
      join(programs, 'initdb'),
      ['-D', join(this.#folder, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
      { ...who, encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`initdb: ${made.stdout}${made.stderr}`);
    process.once('exit', () => this.#server?.kill('SIGQUIT'));
  }

  /** Resolves when it answers. */
  async start() {
    const settings = ['listen_addresses=', 'log_min_messages=fatal', 'shared_buffers=64MB'].flatMap((s) => ['-c', s]);
    const server = spawn(join(programs, 'postgres'), ['-D', join(this.#folder, 'data'), '-k', this.#folder, ...settings], {
      ...user(),
      stdio: 'ignore',
    });
    this.#server = server;
    for (;;) {
      if (server.exitCode !== null) throw new Error('PostgreSQL does not start');
      const { status } = spawnSync(join(programs, 'pg_isready'), ['-h', this.#folder, '-q']);
      if (status === 0) return;
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  url(database = 'postgres') {
    return `postgres://postgres@/${database}?host=${this.#folder}`;
  }

  /** Every process of it stands still: connections stay, and nothing answers. */
  freeze() {
    this.#signal('SIGSTOP');
  }

  thaw() {
    this.#signal('SIGCONT');
  }

  #signal(signal) {
    const { pid } = this.#server ?? {};
    if (!pid) return;
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
    for (const one of [pid, ...stdout.trim().split(/\s+/).filter(Boolean).map(Number)]) {
      try {
        process.kill(one, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  async stop() {
    const server = this.#server;
    this.#server = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGINT');
    await ended;
  }

  async remove() {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
