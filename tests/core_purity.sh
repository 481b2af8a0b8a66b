#!/bin/sh
# Fails when an object of core/ (or base/) asks the system for time, chance, files, sockets, threads, locale or environment.
#   core_purity.sh NM LIBRARY...            checks the libraries
#   core_purity.sh --expect-impure NM LIB   fails when nothing is found: proves that the check can fail
set -eu

expect_impure=no
if [ "$1" = --expect-impure ]; then
  expect_impure=yes
  shift
fi
nm=$1
shift

# Whole names as nm prints them, demangled, of what is undefined in the object.
time='clock_gettime|gettimeofday|clock|time|localtime(_r)?|gmtime(_r)?|mktime|strftime|tzset|nanosleep|usleep|sleep|std::chrono::.*::now\(\)'
chance='rand|srand|random|drand48|getrandom|getentropy|arc4random.*|std::random_device::.*'
files='f?open(64)?|openat(64)?|creat(64)?|freopen(64)?|read|pread(64)?|write|pwrite(64)?|stat(64)?|unlink|rename|mmap(64)?|std::(basic_)?[io]?f(ile)?stream.*|std::(__cxx11::)?basic_[io]?fstream.*|std::basic_filebuf.*|std::filesystem::.*'
sockets='socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|getaddrinfo|poll|select|epoll_.*'
world='getenv|secure_getenv|setlocale|newlocale|pthread_create|std::thread::.*|fork|vfork|exec[lv].*|system|popen|sqlite3_.*|std::locale::global.*'
forbidden="^($time|$chance|$files|$sockets|$world)$"

found=no
for library in "$@"; do
  [ -f "$library" ] || { echo "core_purity: no such file: $library" >&2; exit 2; }
  names=$("$nm" --undefined-only --demangle "$library" |
    awk '/:$/ { object = $0; next } $1 == "U" { sub(/^ *U /, ""); sub(/@.*/, ""); if ($0 ~ /^__[a-z0-9_]+_(chk|2)$/) gsub(/^__|_(chk|2)$/, ""); print object " " $0 }')
  [ -n "$names" ] || { echo "core_purity: nothing to look at in $library" >&2; exit 2; }
  bad=$(printf '%s\n' "$names" | awk -v forbidden="$forbidden" '{ object = $1; sub(/^[^ ]* /, ""); if ($0 ~ forbidden) print object " " $0 }')
  if [ -n "$bad" ]; then
    found=yes
    printf '%s:\n%s\n' "$library" "$bad"
  fi
done

if [ "$expect_impure" = yes ]; then
  [ "$found" = yes ] && exit 0
  echo "core_purity: the check found nothing where there is something to find" >&2
  exit 1
fi
if [ "$found" = yes ]; then
  echo "core_purity: core/ is pure: time, chance and ids come as arguments. Hand in what is listed above." >&2
  exit 1
fi
