#include "app/zip.h"

#include <zlib.h>

#include <stdexcept>

#include "base/assert.h"

namespace suki::app {
namespace {

constexpr std::uint16_t stored = 0, deflated = 8;
constexpr std::uint16_t needs_deflate = 20, needs_zip64 = 45, names_in_utf8 = 0x0800, made_on_unix = 3u << 8u | 45u;
constexpr std::uint32_t many = 0xFFFFFFFF;

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFu);
}

/// Without zlib's own header and end.
std::string pack(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib cannot begin");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (done != Z_STREAM_END) throw std::runtime_error("zlib cannot pack");
  return out;
}

/// In UTC, with 2 s to a step, from 1980 on (APPNOTE 4.4.6).
std::uint32_t dos_time(Instant at) {
  const std::string text = format_instant(at);  // 2026-11-25T08:00:00
  const auto number = [&](std::size_t from, std::size_t length) {
    return static_cast<std::uint32_t>(std::stoul(text.substr(from, length)));
  };
  if (text.size() < 19 || text.front() == '-') return 0x00210000;  // 1980-01-01
  const std::uint32_t year = number(0, 4);
  if (year < 1980 || year > 2107) return 0x00210000;
  const std::uint32_t date = (year - 1980) << 9u | number(5, 2) << 5u | number(8, 2);
  return date << 16u | number(11, 2) << 11u | number(14, 2) << 5u | number(17, 2) / 2;
}

}  // namespace

/// What stands in front of a file and again in the list at the end (4.3.7 and 4.3.12 of the specification).
void Zip::put_facts(std::string& out, const Entry& entry) {
  put(out, names_in_utf8, 2);
  put(out, entry.method, 2);
  put(out, entry.dos_time, 4);
  put(out, entry.crc, 4);
  put(out, entry.packed, 4);
  put(out, entry.size, 4);
  put(out, entry.name.size(), 2);
}

std::string Zip::add(std::string_view name, std::string_view bytes, Instant at) {
  SUKI_ASSERT(bytes.size() < many && name.size() < 0xFFFF);
  Entry entry;
  entry.name = name;
  entry.offset = written_;
  entry.size = static_cast<std::uint32_t>(bytes.size());
  entry.crc = static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
  entry.dos_time = dos_time(at);
  // What is large is a picture or an archive most of the time, and packed already.
  constexpr std::size_t packed_bytes_max = 2u << 20;
  const std::string packed = bytes.size() <= packed_bytes_max ? pack(bytes) : "";
  const bool smaller = bytes.size() <= packed_bytes_max && packed.size() < bytes.size();
  entry.method = smaller ? deflated : stored;
  const std::string_view data = smaller ? std::string_view(packed) : bytes;
  entry.packed = static_cast<std::uint32_t>(data.size());
  std::string out;
  out.reserve(30 + name.size() + data.size());
  put(out, 0x04034b50, 4);
  put(out, needs_deflate, 2);
  put_facts(out, entry);
  put(out, 0, 2);
  out.append(name).append(data);
  written_ += out.size();
  entries_.push_back(std::move(entry));
  return out;
}

std::string Zip::end() {
  std::string out;
  for (const Entry& entry : entries_) {
    const bool far = entry.offset >= many;
    put(out, 0x02014b50, 4);
    put(out, made_on_unix, 2);
    put(out, far ? needs_zip64 : needs_deflate, 2);
    put_facts(out, entry);
    put(out, far ? 12 : 0, 2);
    put(out, 0, 2 + 2 + 2);
    put(out, 0100600u << 16u, 4);  // a file for its owner alone
    put(out, far ? many : entry.offset, 4);
    out += entry.name;
    if (!far) continue;
    put(out, 1, 2);
    put(out, 8, 2);
    put(out, entry.offset, 8);
  }
  const std::uint64_t size = out.size(), count = entries_.size();
  if (count >= 0xFFFF || written_ >= many || size >= many) {
    const std::uint64_t record = written_ + size;
    put(out, 0x06064b50, 4);
    put(out, 44, 8);
    put(out, made_on_unix, 2);
    put(out, needs_zip64, 2);
    put(out, 0, 4 + 4);
    put(out, count, 8);
    put(out, count, 8);
    put(out, size, 8);
    put(out, written_, 8);
    put(out, 0x07064b50, 4);
    put(out, 0, 4);
    put(out, record, 8);
    put(out, 1, 4);
  }
  const auto least = [](std::uint64_t value, std::uint64_t max) { return value < max ? value : max; };
  put(out, 0x06054b50, 4);
  put(out, 0, 2 + 2);
  put(out, least(count, 0xFFFF), 2);
  put(out, least(count, 0xFFFF), 2);
  put(out, least(size, many), 4);
  put(out, least(written_, many), 4);
  put(out, 0, 2);
  return out;
}

}  // namespace suki::app
