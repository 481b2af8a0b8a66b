// A program without any of what tests/hardening.sh looks for.
int main() {
  return 0;
}
