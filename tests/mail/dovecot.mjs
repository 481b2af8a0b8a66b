// A real Dovecot in a folder of its own, on free ports of this machine, with a certificate that a CA of the test signed.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

export const has_dovecot = () => spawnSync('dovecot', ['--version']).status === 0;

/** Looks again and again until `look` gives something; a failure says for what it waited. */
export async function until(what, look, ms = 30_000) {
  for (const end = Date.now() + ms; ; ) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

export const free_port = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** A CA, and what it signs. Returns paths. */
export class Authority {
  constructor(folder, name) {
    this.folder = folder;
    this.name = name;
    this.ca = join(folder, `${name}.pem`);
    this.#openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', this.#key(name), '-out', this.ca, '-days', '2',
      '-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE');
  }

  /** A certificate for the host name `host`, over after `days`. */
  sign(file, host, days = 2) {
    const [cert, key, ask, more] = ['pem', 'key', 'csr', 'ext'].map((end) => join(this.folder, `${file}.${end}`));
    this.#openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', ask, '-subj', `/CN=${host}`);
    writeFileSync(more, `subjectAltName=DNS:${host}\n`);
    this.#openssl('x509', '-req', '-in', ask, '-CA', this.ca, '-CAkey', this.#key(this.name), '-CAcreateserial', '-out', cert,
      '-days', String(days), '-extfile', more);
    return { cert, key };
  }

  #key(name) {
    return join(this.folder, `${name}.key`);
  }

  #openssl(...args) {
    const done = spawnSync('openssl', args);
    if (done.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${done.stderr}`);
  }
}

export class Dovecot {
  /** `pair`: certificate and key. `keys`: a folder of keys that tokens are signed with, none: no OAuth 2. */
  constructor(folder, pair, keys = '') {
    this.folder = folder;
    this.pair = pair;
    this.keys = keys;
    this.users = new Map();
    // Dovecot opens no mail as root; its log-in process runs as a user of its own, which must reach the folder.
    this.is_root = process.getuid() === 0;
    this.uid = this.is_root ? 65534 : process.getuid();
    this.gid = this.is_root ? 65534 : process.getgid();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  }

  async start() {
    this.imap ??= await free_port();
    this.imaps ??= await free_port();
    this.#configure();
    this.ended = undefined;
    this.process = spawn('dovecot', ['-F', '-c', join(this.folder, 'dovecot.conf')], { stdio: 'ignore' });
    this.process.once('exit', (status) => (this.ended = status));
    await until('Dovecot to listen', () => this.#listens());
  }

  async stop() {
    if (!this.process) return;
    const ended = new Promise((done) => this.process.once('exit', done));
    if (this.process.exitCode === null && this.process.kill('SIGTERM')) await ended;
    this.process = undefined;
  }

  add_user(name, password) {
    const home = join(this.folder, 'home', name);
    for (const part of ['', 'Maildir', 'Maildir/new', 'Maildir/cur', 'Maildir/tmp']) {
      mkdirSync(join(home, part), { recursive: true });
      this.#give(join(home, part));
    }
    this.users.set(name, { home, password });
    if (this.process) this.#write_users();
  }

  /** A mail arrives, as a mail server delivers it. */
  put(user, raw) {
    this.count = (this.count ?? 0) + 1;
    const at = join(this.users.get(user).home, 'Maildir');
    const name = `${1_800_000_000 + this.count}.M${this.count}.test`;
    writeFileSync(join(at, 'tmp', name), raw);
    this.#give(join(at, 'tmp', name));
    renameSync(join(at, 'tmp', name), join(at, 'new', name));
  }

  /** File names of a user's mails in a folder: the flags stand behind ":2,". */
  mails(user, folder = '') {
    const at = join(this.users.get(user).home, 'Maildir', folder);
    return ['new', 'cur'].flatMap((part) => (existsSync(join(at, part)) ? readdirSync(join(at, part)) : []));
  }

  /** How many of them have all of these flags ("S" seen, "F" flagged). */
  flagged(user, flags, folder = '') {
    return this.mails(user, folder).filter((name) => [...flags].every((f) => (name.split(':2,')[1] ?? '').includes(f))).length;
  }

  /** The server loses what it knew, and numbers all mails anew under another UIDVALIDITY. Only while it is stopped. */
  forget_numbers(user) {
    const at = join(this.users.get(user).home, 'Maildir');
    const list = readFileSync(join(at, 'dovecot-uidlist'), 'utf8');
    const before = Number(/^3 V(\d+)/.exec(list)[1]);
    for (const name of readdirSync(at)) if (name.startsWith('dovecot')) rmSync(join(at, name), { recursive: true });
    writeFileSync(join(at, 'dovecot-uidlist'), `3 V${before + 1000} N1 G${randomBytes(16).toString('hex')}\n`);
    this.#give(join(at, 'dovecot-uidlist'));
  }

  log() {
    return existsSync(join(this.folder, 'log')) ? readFileSync(join(this.folder, 'log'), 'utf8') : '';
  }

  #give(path) {
    if (this.is_root) chownSync(path, this.uid, this.gid);
  }

  #write_users() {
    const lines = [...this.users].map(([name, u]) => `${name}:{PLAIN}${u.password}:${this.uid}:${this.gid}::${u.home}::`);
    writeFileSync(join(this.folder, 'users'), lines.join('\n') + '\n', { mode: 0o644 });
  }

  #configure() {
    const me = this.is_root ? '' : `default_internal_user = ${process.env.USER}\ndefault_login_user = ${process.env.USER}\n`;
    const jail = this.is_root ? '' : 'chroot =\n';
    this.#write_users();
    writeFileSync(
      join(this.folder, 'dovecot.conf'),
      `${me}base_dir = ${this.folder}/run
state_dir = ${this.folder}/run
log_path = ${this.folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <${this.pair.cert}
ssl_key = <${this.pair.key}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
auth_mechanisms = plain${this.keys ? ' xoauth2 oauthbearer' : ''}
auth_failure_delay = 0
auth_debug = yes
mail_max_userip_connections = 50
service imap-login {
  ${jail}inet_listener imap {
    port = ${this.imap}
  }
  inet_listener imaps {
    port = ${this.imaps}
    ssl = yes
  }
}
service anvil {
  ${jail}client_limit = 500
}
passdb {
  driver = passwd-file
  mechanisms = plain
  args = username_format=%u ${this.folder}/users
}
${this.keys ? `passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = ${this.folder}/oauth2.conf\n}\n` : ''}userdb {
  driver = passwd-file
  args = username_format=%u ${this.folder}/users
}
`,
    );
    writeFileSync(
      join(this.folder, 'oauth2.conf'),
      `introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix=${this.keys}/\nusername_attribute = sub\n`,
    );
  }

  #listens() {
    if (this.ended !== undefined) throw new Error(`Dovecot ended with ${this.ended}: ${this.log()}`);
    return new Promise((done) => {
      const socket = connect(this.imaps, '127.0.0.1');
      socket.once('connect', () => (socket.destroy(), done(true)));
      socket.once('error', () => done(false));
    });
  }
}

/** Passes bytes on to a port, and cuts the line after as many of the server's bytes as `cuts` says, one for each line. */
export class Relay {
  constructor(port, cuts = []) {
    this.port = port;
    this.cuts = [...cuts];
    this.lines = 0;
  }

  async listen() {
    this.server = createServer((client) => {
      this.lines += 1;
      let left = this.cuts.length ? this.cuts.shift() : Infinity;
      const server = connect(this.port, '127.0.0.1');
      for (const [one, other] of [[client, server], [server, client]]) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
      client.on('data', (bytes) => server.write(bytes));
      server.on('data', (bytes) => {
        client.write(bytes.subarray(0, Math.min(left, bytes.length)));
        left -= bytes.length;
        if (left <= 0) client.destroy();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((done) => this.server.once('listening', done));
    return this.server.address().port;
  }

  close() {
    this.server.close();
  }
}
