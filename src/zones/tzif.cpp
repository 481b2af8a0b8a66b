/// TZif bytes to a table: RFC 9636, section 3.
#include <bit>
#include <optional>

#include "zones/zones.h"

namespace suki::zones {
namespace {

using calendar::ZoneTable;

constexpr std::size_t header_bytes = 44;

Error bad(const char* why) {
  return fail(ErrorCode::bad_zone_table, why);
}

/// Big-endian numbers off the front; the caller asks has() first.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool has(std::uint64_t n) const { return rest_.size() >= n; }
  void skip(std::size_t n) { rest_.remove_prefix(n); }
  std::string_view take(std::size_t n) {
    auto taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

struct Header {
  char version = 0;
  std::uint64_t isut = 0, isstd = 0, leap = 0, time = 0, type = 0, character = 0;

  [[nodiscard]] std::uint64_t data_bytes(std::uint64_t time_bytes) const {
    return time * time_bytes + time + type * 6 + character + leap * (time_bytes + 4) + isstd + isut;
  }
};

std::optional<Header> read_header(Bytes& in) {
  if (!in.has(header_bytes)) return std::nullopt;
  const std::string_view raw = in.take(header_bytes);
  if (raw.substr(0, 4) != "TZif") return std::nullopt;
  Header header;
  header.version = raw[4];
  const auto count = [&](std::size_t i) { return big_endian(raw.substr(20 + 4 * i, 4)); };
  header.isut = count(0);
  header.isstd = count(1);
  header.leap = count(2);
  header.time = count(3);
  header.type = count(4);
  header.character = count(5);
  return header;
}

Result<std::vector<std::int32_t>> read_offsets(std::string_view types, std::uint64_t characters) {
  std::vector<std::int32_t> offsets;
  for (std::size_t i = 0; i < types.size(); i += 6) {
    const auto offset = static_cast<std::int32_t>(static_cast<std::uint32_t>(big_endian(types.substr(i, 4))));
    if (offset <= -25 * 3600 || offset >= 26 * 3600) return bad("an offset is not between -25 h and 26 h");
    if (static_cast<std::uint8_t>(types[i + 5]) >= characters) return bad("a designation lies outside its list");
    offsets.push_back(offset);
  }
  return offsets;
}

Result<std::string_view> read_footer(std::string_view rest) {
  if (rest.empty() || rest.front() != '\n') return bad("the footer is missing");
  const auto end = rest.find('\n', 1);
  if (end == std::string_view::npos) return bad("the footer does not end");
  return rest.substr(1, end - 1);
}

}  // namespace

Result<ZoneTable> parse_tzif(std::string_view bytes) {
  if (bytes.size() > tzif_bytes_max) return bad("the file is larger than 1 MiB");
  Bytes in(bytes);
  const auto first = read_header(in);
  if (!first) return bad("this is not a TZif file");
  if (first->version < '2') return bad("version 1 files have no 64-bit times");
  if (!in.has(first->data_bytes(4))) return bad("the file is cut short");
  in.skip(first->data_bytes(4));

  const auto header = read_header(in);
  if (!header) return bad("the second header is missing");
  if (header->leap != 0) return bad("the file counts leap seconds");
  if (header->type == 0 || header->type > 256) return bad("the number of local time types is wrong");
  if (!in.has(header->data_bytes(8))) return bad("the file is cut short");
  const std::string_view times = in.take(header->time * 8);
  const std::string_view indexes = in.take(header->time);
  SUKI_TRY(const auto offsets, read_offsets(in.take(header->type * 6), header->character));
  in.skip(header->character + header->isstd + header->isut);

  ZoneTable zone;
  zone.first_offset_s = offsets.front();
  for (std::size_t i = 0; i < header->time; ++i) {
    const auto at_s = static_cast<std::int64_t>(big_endian(times.substr(8 * i, 8)));
    const auto type = static_cast<std::uint8_t>(indexes[i]);
    if (type >= offsets.size()) return bad("a transition leads to no local time type");
    // 2^59 s is the earliest that RFC 9636 tells readers to expect; what lies at or beyond 2^59 either way is no time.
    constexpr std::int64_t time_max_s = std::int64_t{1} << 59;
    if (at_s < -time_max_s || at_s > time_max_s) return bad("a transition lies beyond all times");
    if (!zone.transitions.empty() && at_s <= zone.transitions.back().at_s)
      return bad("the transitions are not in order");
    zone.transitions.push_back({at_s, offsets[type]});
  }
  SUKI_TRY(const auto footer, read_footer(in.rest()));
  if (!footer.empty()) {
    SUKI_TRY(zone.rule, parse_posix_rule(footer));
  }
  return zone;
}

}  // namespace suki::zones
