#!/bin/bash
# The package as somebody has it: a Debian 12 of its own (debootstrap, kept in the build folder) in which it is installed, used
# as the service's user, upgraded, removed, installed again and purged. systemd does not run in there: the unit's command
# line is run by hand with the unit's user, environment and no privileges, and systemd-analyze looks at the unit.
# usage: packaging/check.sh PACKAGE.deb WORK_FOLDER    (`./dev package --check` calls it)
set -euo pipefail
deb=$(realpath "$1") work=$(realpath -m "$2") here=$(dirname "$(realpath "$0")")
root=$work/root base=$work/base.tar

say() { printf 'package: %s\n' "$*"; }
die() {
  printf 'package: FAILED: %s\n' "$*" >&2
  exit 1
}
[[ $(id -u) == 0 ]] || die "this needs root, for debootstrap and chroot"
for program in debootstrap unshare ip setpriv dpkg-deb curl; do
  command -v "$program" >/dev/null || die "$program is missing: apt-get install debootstrap util-linux iproute2 dpkg curl"
done
# All that is mounted, started and listened to ends with this process: it has namespaces of its own for each.
if [[ -z ${SUKI_PACKAGE_INSIDE:-} ]]; then
  exec env SUKI_PACKAGE_INSIDE=1 unshare --mount --mount-proc --pid --fork --kill-child "$0" "$@"
fi

# ---- the unit, as systemd reads it
unit=$here/suki.service
if command -v systemd-analyze >/dev/null; then
  systemd-analyze security --offline=true --threshold=15 "$unit" >"$work.security" 2>&1 || {
    cat "$work.security"
    die "the unit is exposed more than before (1.5 at most)"
  }
  say "unit: $(grep -a 'Overall exposure' "$work.security" | sed 's/[^A-Za-z0-9.: ]//g')"
  rm -f "$work.security"
else
  say "systemd-analyze is not there: the unit's exposure was not looked at"
fi

# ---- a Debian of its own
mkdir -p "$work"
if [[ ! -f $base ]]; then
  say "making a Debian 12 (once)"
  rm -rf "$root"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "${SUKI_DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap.log" 2>&1 || {
    tail -n 20 "$work/debootstrap.log"
    die "debootstrap"
  }
  tar -C "$root" -cf "$base.part" . && mv "$base.part" "$base"
fi
rm -rf "$root" && mkdir -p "$root" && tar -C "$root" -xf "$base"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# No service is started by a package in there (invoke-rc.d asks this), as in every chroot.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod +x "$root/usr/sbin/policy-rc.d"
in_root() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
must() { "$@" >"$work/last.log" 2>&1 || {
  cat "$work/last.log"
  die "$*"
}; }

# What the unit says, for a user and an environment of its own.
setting() { sed -n "s/^$1=//p" "$root/usr/lib/systemd/system/suki.service" | tail -n 1; }
as_service() {
  local user group
  user=$(setting User) group=$(setting Group)
  # systemd's EnvironmentFile, by hand.
  local environment=()
  mapfile -t environment < <(grep -E '^[A-Z_]+=' "$root$(setting EnvironmentFile)")
  ${launch:-} env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "${environment[@]}" /usr/sbin/chroot "$root" \
    /usr/bin/setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
    bash -c "umask $(setting UMask); ulimit -n $(setting LimitNOFILE); exec \"\$@\"" - "$@"
}
suki() { as_service /usr/bin/suki "$@"; }

server=''
start() {
  local command
  read -ra command <<<"$(setting ExecStart)"
  # It becomes the program itself, so that a signal reaches that.
  (launch="exec" && as_service "${command[@]}") >"$work/server.log" 2>&1 &
  server=$!
  curl --silent --retry 60 --retry-delay 1 --retry-connrefused --max-time 60 "http://$listen/readyz" >"$work/ready" || {
    cat "$work/server.log"
    die "the service does not answer"
  }
  grep -q '"ready":true' "$work/ready" || die "not ready: $(<"$work/ready")"
}
stop() {
  kill -TERM "$server"
  local status=0
  wait "$server" || status=$?
  [[ $status == 0 ]] || die "the service ended with $status: $(<"$work/server.log")"
}
ask() { curl --silent --show-error --fail --max-time 20 "http://$listen$1" "${@:2}"; }
conversation() {
  ask /api/v1/public/conversations -H 'Content-Type: application/json' \
    -d "{\"request_id\":\"$1\",\"name\":\"Liza\",\"email\":\"\",\"topic\":\"\",\"language\":\"en\",\"subject\":\"matter $1\",\"message\":\"text $1\"}" |
    sed 's/.*"token":"\([^"]*\)".*/\1/'
}
mode_of() { stat -c '%U:%G %a' "$root$1" 2>/dev/null || echo none; }
owner_of() { in_root stat -c '%U:%G %a' "$1" 2>/dev/null || echo none; }
at_start() {
  local units=$root/etc/systemd/system # a removal masks it there
  [[ -L $units/multi-user.target.wants/suki.service && ! -L $units/suki.service ]] && echo yes || echo no
}
expect() { [[ $2 == "$3" ]] || die "$1: \"$2\", and not \"$3\""; }
listen=127.0.0.1:8080

# ---- install
say "installing"
cp "$deb" "$root/suki.deb"
must in_root apt-get update -qq
must in_root apt-get install -y --no-install-recommends /suki.deb
expect "the data folder" "$(owner_of /var/lib/suki)" "suki:suki 700"
expect "the settings" "$(owner_of /etc/suki/suki.conf)" "root:suki 640"
expect "their folder" "$(owner_of /etc/suki)" "root:suki 750"
expect "the program" "$(owner_of /usr/bin/suki)" "root:root 755"
expect "the user's shell" "$(in_root getent passwd suki | cut -d: -f7)" "/usr/sbin/nologin"
for file in suki/grafana/suki.json suki/prometheus/alerts.yml doc/suki/examples/nginx.conf doc/suki/examples/Caddyfile; do
  [[ -f $root/usr/share/$file ]] || die "/usr/share/$file is missing"
done
expect "started with the machine" "$(at_start)" yes
missing=$(in_root ldd /usr/bin/suki | grep 'not found' || true)
expect "libraries that nobody depends on" "$missing" ""

# From here on there is no network but this machine's own, and its port 8080 is ours.
again() {
  say "first plan, first owner, first conversation"
  ip link set lo up
  must suki plan adopt /usr/share/suki/plans/office-hours --why "Our first plan"
  printf 'a quiet river at noon\n' | suki user add nena --name "Nena Santos" --role owner --team office >/dev/null || die "user add"
  start
  expect "who runs it" "$(ps -o user= -p "$(pgrep -P "$server" -x suki || echo "$server")" | tr -d ' ' | head -n 1)" "$(id -nu "$(in_root id -u suki)" 2>/dev/null || in_root id -u suki)"
  first=$(conversation first)
  [[ -n $first ]] || die "no conversation was made"
  # It owns nothing but its data folder.
  for place in /usr/bin/suki /etc/suki/suki.conf /etc/passwd /usr/share/suki; do
    as_service test ! -w "$place" || die "the service's user can write $place"
  done
  expect "what others may read of the data" "$(in_root find /var/lib/suki -perm /077 ! -type s)" ""
  suki doctor >"$work/doctor" || [[ $? == 1 ]] || {
    cat "$work/doctor"
    die "suki doctor finds errors"
  }
  stop

  # ---- upgrade: the same with a higher number; an operator's settings stay, and so does what was written
  say "upgrading"
  echo "SUKI_LOG=json" >>"$root/etc/suki/suki.conf"
  must in_root dpkg -i /suki-next.deb
  # shellcheck disable=SC2016  # the ${...} are dpkg-query's
  expect "its version" "$(in_root dpkg-query -W -f '${Version}' suki)" "$next"
  grep -q '^SUKI_LOG=json$' "$root/etc/suki/suki.conf" || die "an upgrade took the operator's settings"
  expect "the data folder after an upgrade" "$(owner_of /var/lib/suki)" "suki:suki 700"
  start
  ask "/api/v1/public/conversations/$first" >/dev/null || die "the conversation is gone after the upgrade"
  second=$(conversation second)
  stop
  grep -q '"route":"/api/v1/public/conversations"' "$work/server.log" || die "the operator's setting has no effect"
  must suki verify

  # ---- remove and come back
  say "removing, and installing again"
  must in_root dpkg -r suki
  [[ ! -e $root/usr/bin/suki && ! -e $root/usr/lib/systemd/system/suki.service ]] || die "files are left after removing"
  [[ -f $root/etc/suki/suki.conf && -f $root/var/lib/suki/suki.db ]] || die "removing took settings or data"
  expect "started with the machine when removed" "$(at_start)" no
  must in_root dpkg -i /suki-next.deb
  expect "started with the machine when back" "$(at_start)" yes
  start
  ask "/api/v1/public/conversations/$second" >/dev/null || die "the conversation is gone after coming back"
  stop

  # ---- purge: with data, then without
  say "purging"
  must in_root dpkg -P suki
  [[ ! -e $root/etc/suki ]] || die "settings are left after a purge"
  [[ -f $root/var/lib/suki/suki.db ]] || die "a purge took the customers' conversations"
  grep -q "rm -r /var/lib/suki" "$work/last.log" || die "a purge does not say how to delete the data"
  must in_root dpkg -i /suki-next.deb
  rm -r "$root/var/lib/suki"
  must in_root dpkg -P suki
  [[ ! -e $root/var/lib/suki && ! -e $root/etc/suki ]] || die "something is left after a purge"
  in_root getent passwd suki >/dev/null && die "the user is left after a purge without data"
  # shellcheck disable=SC2016
  expect "what is left of the package" "$(in_root dpkg-query -W -f '${Status}' suki 2>/dev/null || true)" ""
}
next=$(dpkg-deb -f "$deb" Version)+next1
rm -rf "$work/next" && dpkg-deb -R "$deb" "$work/next"
sed -i "s/^Version: .*/Version: $next/" "$work/next/DEBIAN/control"
must dpkg-deb --root-owner-group -b "$work/next" "$root/suki-next.deb"
rm -rf "$work/next"
export -f say die in_root must setting as_service suki start stop ask conversation owner_of at_start expect again
export root work next listen
unshare --net bash -euo pipefail -c again
umount -R "$root/dev" "$root/proc"
rm -rf "$root"
say "installs, runs unprivileged, upgrades, comes back and purges"
