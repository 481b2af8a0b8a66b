// A Postfix of a test's own, in a temporary folder: it takes mail on a free port and delivers what is for shop.example by LMTP.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';

const programs = '/usr/lib/postfix/sbin';

/** Why there can be none; undefined: there can. */
export function noPostfix() {
  if (!existsSync(join(programs, 'master'))) return 'Postfix is not installed (./dev setup test does it)';
  if (process.getuid() !== 0) return 'Postfix starts as root alone';
  return undefined;
}

export async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

const main = (folder, lmtp) => `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
daemon_directory = ${programs}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.shop.example
mynetworks = 127.0.0.0/8
mydestination =
virtual_mailbox_domains = shop.example
virtual_transport = lmtp:${lmtp}
default_transport = discard:
local_header_rewrite_clients =
disable_dns_lookups = yes
smtputf8_enable = yes
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
alias_maps =
alias_database =
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
`;

const services = (port) => `127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;

export class Postfix {
  /** `parent`: an existing folder that everybody may pass through. `lmtp`: where mail goes, as Postfix writes it. */
  constructor(parent, lmtp, port) {
    this.folder = join(parent, 'postfix');
    this.port = port;
    const id = (what) => Number(execFileSync('id', [what, 'postfix'], { encoding: 'utf8' }));
    this.user = { uid: id('-u'), gid: id('-g') };
    for (const name of ['', 'etc', 'queue', 'data']) mkdirSync(join(this.folder, name));
    chmodSync(join(this.folder, 'data'), 0o700);
    chownSync(join(this.folder, 'data'), this.user.uid, 0);
    writeFileSync(join(this.folder, 'etc/main.cf'), main(this.folder, lmtp));
    writeFileSync(join(this.folder, 'etc/master.cf'), services(port));
  }

  /** Resolves when it takes mail. */
  async start() {
    const etc = join(this.folder, 'etc');
    // Makes the folders of the queue.
    const checked = spawnSync('/usr/sbin/postfix', ['-c', etc, 'check'], { encoding: 'utf8' });
    if (checked.status !== 0) throw new Error(`postfix check: ${checked.stdout}${checked.stderr}${this.log()}`);
    this.master = spawn(join(programs, 'master'), ['-c', etc, '-d'], { stdio: 'ignore', env: { PATH: process.env.PATH, MAIL_CONFIG: etc } });
    process.once('exit', () => this.master?.kill('SIGTERM'));
    this.ended = new Promise((done) => this.master.once('exit', done));
    for (let ended = false; ; ) {
      void this.ended.then(() => (ended = true));
      const there = await new Promise((done) => {
        const probe = net.connect(this.port, '127.0.0.1', () => done(true)).on('error', () => done(false));
        probe.on('connect', () => probe.destroy());
      });
      if (there) return;
      if (ended) throw new Error(`Postfix does not start: ${this.log()}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  log() {
    const file = join(this.folder, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** What it has still to deliver, a line each; [] when all is delivered or returned. */
  queue() {
    const shown = spawnSync('/usr/sbin/postqueue', ['-c', join(this.folder, 'etc'), '-j'], { encoding: 'utf8' });
    if (shown.status !== 0) throw new Error(`postqueue: ${shown.stderr}`);
    return shown.stdout.split('\n').filter(Boolean);
  }

  /** Tries at once what it put off. */
  flush() {
    spawnSync('/usr/sbin/postqueue', ['-c', join(this.folder, 'etc'), '-f']);
  }

  async stop() {
    this.master.kill('SIGTERM');
    await this.ended;
  }
}

/** Sends mails over one connection, one after the other. */
export class Sender {
  static async to(port) {
    const sender = new Sender();
    sender.socket = net.connect(port, '127.0.0.1');
    sender.got = '';
    sender.socket.on('data', (bytes) => {
      sender.got += bytes.toString('latin1');
      sender.heard?.();
    });
    sender.socket.on('error', () => sender.heard?.()).on('close', () => ((sender.over = true), sender.heard?.()));
    await sender.#expect('220');
    await sender.#say('EHLO client.example', '250');
    return sender;
  }

  async #expect(code) {
    for (;;) {
      const last = /^(\d{3}) .*\r\n$/m.exec(this.got);
      if (last && this.got.endsWith('\n')) {
        const answer = this.got;
        this.got = '';
        if (!answer.startsWith(code)) throw new Error(`Postfix says ${answer}`);
        return answer;
      }
      if (this.over) throw new Error(`Postfix hung up: ${this.got}`);
      await new Promise((done) => (this.heard = done));
    }
  }

  #say(line, code) {
    this.socket.write(`${line}\r\n`);
    return this.#expect(code);
  }

  /** `bytes`: a Buffer, lines ended by CR LF. */
  async send({ from, to, bytes, utf8 = false }) {
    await this.#say(`MAIL FROM:<${from}>${utf8 ? ' SMTPUTF8' : ''}`, '250');
    for (const one of to) await this.#say(`RCPT TO:<${one}>`, '250');
    await this.#say('DATA', '354');
    this.socket.write(Buffer.from(bytes.toString('latin1').replace(/^\./gm, '..'), 'latin1'));
    await this.#say('.', '250');
  }

  async quit() {
    await this.#say('QUIT', '221');
    this.socket.destroy();
  }
}
