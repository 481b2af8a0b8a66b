// Runs the commands in docs/guide/*.md and README-like pages as a reader would, and compares what they print.
//   ```console   lines after "$ " are commands, the lines below what they print; "..." stands for anything
//   other blocks are not run
// usage: node run.mjs SUKI_PROGRAM SOURCE_DIR [PAGE.md ...]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

const [program, source, ...named] = process.argv.slice(2);
const guide = join(source, 'docs', 'guide');
const pages = named.length ? named : readdirSync(guide).filter((f) => f.endsWith('.md')).sort().map((f) => join(guide, f));

/** The steps of a page: { line, command, expected }. */
function stepsOf(text) {
  const steps = [];
  let inside = false;
  text.split('\n').forEach((line, index) => {
    if (line.startsWith('```')) {
      inside = !inside && line.trim() === '```console';
    } else if (inside && line.startsWith('$ ')) {
      steps.push({ line: index + 1, command: line.slice(2), expected: [] });
    } else if (inside && steps.length && steps.at(-1).command.endsWith('\\') && steps.at(-1).expected.length === 0) {
      steps.at(-1).command += '\n' + line;
    } else if (inside && steps.length) {
      steps.at(-1).expected.push(line);
    }
  });
  return steps;
}

/** Whether `printed` fits `expected`, where "..." (in a line, or alone for any number of lines) stands for anything. */
function fits(expected, printed) {
  const pattern = expected
    .map((l) => l.trimEnd())
    .join('\n')
    .trim()
    .split('...')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^]*?');
  return new RegExp(`^${pattern}$`).test(printed.split('\n').map((l) => l.trimEnd()).join('\n').trim());
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(String(port)));
    });
  });
}

/** One bash for a page, so that a reader's folder and background programs last. */
function shell(folder) {
  const bash = spawn('bash', ['--norc'], {
    cwd: folder,
    detached: true, // a process group of its own, ended as a whole
    env: { ...process.env, PATH: `${dirname(resolve(program))}:${process.env.PATH}`, HOME: folder, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  let waiting = null;
  const mark = /\n@@END (\d+)\n/;
  const take = (data) => {
    printed += data;
    const found = waiting && mark.exec(printed);
    if (found) {
      const result = { status: Number(found[1]), output: printed.slice(0, found.index) };
      printed = printed.slice(found.index + found[0].length);
      const done = waiting;
      waiting = null;
      done(result);
    }
  };
  bash.stdout.setEncoding('utf8').on('data', take);
  return {
    run: (command) =>
      new Promise((done) => {
        waiting = done;
        bash.stdin.write(`{ ${command}\n} 2>&1; printf '\\n@@END %d\\n' $?\n`);
      }),
    end: () =>
      new Promise((done) => {
        bash.once('exit', done);
        try {
          process.kill(-bash.pid, 'SIGTERM');
        } catch {
          done();
        }
      }),
  };
}

let passed = 0;
let failed = 0;
for (const page of pages) {
  const steps = stepsOf(readFileSync(page, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'suki-guide-'));
  const port = await freePort();
  const bash = shell(folder);
  for (const step of steps) {
    const command = step.command.replaceAll('8080', port).replaceAll('SOURCE', resolve(source));
    const { status, output } = await bash.run(command);
    const printed = output.replaceAll(port, '8080').replaceAll(resolve(source), 'SOURCE');
    const wanted = /^\[exit (\d+)\]$/.exec(step.expected.at(-1) ?? '');
    const expected = wanted ? step.expected.slice(0, -1) : step.expected;
    if (status === Number(wanted?.[1] ?? 0) && fits(expected, printed)) {
      passed += 1;
      continue;
    }
    failed += 1;
    console.log(`${page}:${step.line}: ${command}\n  exit status ${status}\n--- expected\n${expected.join('\n')}\n--- printed\n${printed}`);
    break; // later steps of the page build on this one
  }
  await bash.end();
  rmSync(folder, { recursive: true, force: true });
  console.log(`${basename(page)}: ${steps.length} commands`);
}
console.log(`guide: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
