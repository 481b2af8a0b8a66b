// The program as its users have it: commands, a server on a free port, the desk's API.
import { spawn, spawnSync } from 'node:child_process';

export const password = 'a quiet river at noon';

/** Runs commands of one program. */
export class Program {
  constructor(path) {
    this.path = path;
  }

  run(args, input = '', seconds = 60) {
    const done = spawnSync(this.path, args, { input, timeout: seconds * 1000 });
    const late = done.error?.code === 'ETIMEDOUT' ? `(not done after ${seconds} s)` : '';
    return { status: done.status, output: `${done.stdout}${done.stderr}${late}` };
  }

  must(args, input) {
    const { status, output } = this.run(args, input);
    if (status !== 0) throw new Error(`suki ${args.join(' ')}: ${output}`);
    return output;
  }

  /** The same while this program goes on: a mail server of ours must answer meanwhile. */
  runAsync(args, input = '') {
    return new Promise((done) => {
      const child = spawn(this.path, args, { timeout: 60_000 });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
      child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
      child.on('close', (status) => done({ status, output }));
      child.stdin.end(input);
    });
  }

  /** Serves `data`; resolves when it listens. */
  async serve(data, more = []) {
    const server = spawn(this.path, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--log-level', 'warning', ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const site = await new Promise((done, lost) => {
      let printed = '';
      server.once('exit', (status) => lost(new Error(`the server ended with ${status}`)));
      server.stdout.setEncoding('utf8').on('data', (text) => {
        printed += text;
        const found = /suki serves (\S+)/.exec(printed);
        if (found) done(found[1]);
      });
    });
    const end = async () => {
      server.removeAllListeners('exit');
      const ended = new Promise((done) => server.once('exit', done));
      if (server.exitCode === null && server.kill('SIGTERM')) await ended;
    };
    return { server, site, end };
  }
}

/** A GET of the API as `login`. */
export async function desk(site, login) {
  const answer = await fetch(`${site}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: site },
    body: JSON.stringify({ login, password }),
  });
  if (!answer.ok) throw new Error(`log-in: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers.get('set-cookie').split(';')[0];
  return async (path) => {
    const got = await fetch(`${site}/api/v1${path}`, { headers: { cookie } });
    if (!got.ok) throw new Error(`${path}: ${got.status} ${await got.text()}`);
    return got;
  };
}

/** Counts what holds, and says what does not. */
export class Expectations {
  passed = 0;
  failed = 0;

  expect(ok, what) {
    if (ok) {
      this.passed += 1;
    } else {
      this.failed += 1;
      console.log(`FAILED ${what}`);
    }
  }

  end(name) {
    console.log(`${name}: ${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed ? 1 : 0;
  }
}
