#include "app/sniff.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace suki::app {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t looked_at_max = 64 * 1024;

struct Mark {
  std::size_t at;
  std::string_view bytes;
  const char* type;
};

// Signatures as in the WHATWG MIME Sniffing Standard and the formats' own documents. Longer and rarer ones first.
constexpr Mark marks[] = {
    {0, "\x89PNG\r\n\x1a\n"sv, "image/png"},
    {0, "\xff\xd8\xff"sv, "image/jpeg"},
    {0, "GIF87a"sv, "image/gif"},
    {0, "GIF89a"sv, "image/gif"},
    {0, "%PDF-"sv, "application/pdf"},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "application/x-ole-storage"},
    {0, "{\\rtf"sv, "application/rtf"},
    {0, "Rar!\x1a\x07"sv, "application/vnd.rar"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "application/x-7z-compressed"},
    {0, "\x1f\x8b\x08"sv, "application/gzip"},
    {0, "BZh"sv, "application/x-bzip2"},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     "application/x-xz"},
    {0, "OggS"sv, "application/ogg"},
    {0, "fLaC"sv, "audio/flac"},
    {0, "ID3"sv, "audio/mpeg"},
    {0, "\x1a\x45\xdf\xa3"sv, "video/x-matroska"},
    {0, "II*\0"sv, "image/tiff"},
    {0, "MM\0*"sv, "image/tiff"},
    {0, "MZ"sv, "application/vnd.microsoft.portable-executable"},
    {0,
     "\x7f"
     "ELF"sv,
     "application/x-elf"},
};

bool holds(std::string_view bytes, std::size_t at, std::string_view mark) {
  return bytes.size() >= at + mark.size() && bytes.substr(at, mark.size()) == mark;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8u | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

/// Office documents are ZIP files that say what they are by the names in them.
const char* kind_of_zip(std::string_view bytes) {
  if (holds(bytes, 30, "mimetypeapplication/vnd.oasis.opendocument.text"))
    return "application/vnd.oasis.opendocument.text";
  if (holds(bytes, 30, "mimetypeapplication/vnd.oasis.opendocument.spreadsheet"))
    return "application/vnd.oasis.opendocument.spreadsheet";
  if (bytes.find("word/") != std::string_view::npos)
    return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  if (bytes.find("xl/") != std::string_view::npos)
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  if (bytes.find("ppt/") != std::string_view::npos)
    return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
  return "application/zip";
}

/// RIFF and ISO media hold the kind behind a length.
const char* kind_of_container(std::string_view bytes) {
  if (holds(bytes, 0, "RIFF") && bytes.size() >= 12) {
    if (holds(bytes, 8, "WEBP")) return "image/webp";
    if (holds(bytes, 8, "WAVE")) return "audio/wav";
    if (holds(bytes, 8, "AVI ")) return "video/x-msvideo";
  }
  if (holds(bytes, 4, "ftyp")) {
    for (const char* brand : {"heic", "heix", "mif1", "hevc"})
      if (holds(bytes, 8, brand)) return "image/heic";
    if (holds(bytes, 8, "avif")) return "image/avif";
    if (holds(bytes, 8, "M4A ")) return "audio/mp4";
    if (holds(bytes, 8, "qt  ")) return "video/quicktime";
    return "video/mp4";
  }
  // "BM" begins many texts: a bitmap also says its own length.
  if (holds(bytes, 0, "BM") && bytes.size() >= 26 && little_endian(bytes, 6) == 0) return "image/bmp";
  if (holds(bytes, 0, "PK\x03\x04") || holds(bytes, 0, "PK\x05\x06")) return kind_of_zip(bytes);
  if (bytes.size() >= 2 && bytes[0] == '\xff' && (bytes[1] == '\xfb' || bytes[1] == '\xf3')) return "audio/mpeg";
  return nullptr;
}

bool is_plain(std::string_view bytes) {
  return std::none_of(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
  });
}

const char* kind_of_text(std::string_view bytes) {
  const std::string start = to_lower_ascii(trim(bytes.substr(0, 1024)));
  if (start.find("<svg") != std::string::npos) return "image/svg+xml";
  for (const char* mark : {"<!doctype html", "<html", "<head", "<body", "<script", "<iframe"})
    if (start.find(mark) != std::string::npos) return "text/html";
  if (start.starts_with("<?xml")) return "application/xml";
  if (start.starts_with("begin:vcalendar")) return "text/calendar";
  if (start.starts_with("begin:vcard")) return "text/vcard";
  return "text/plain";
}

}  // namespace

std::string sniff(std::string_view bytes) {
  const bool whole = bytes.size() <= looked_at_max;
  bytes = bytes.substr(0, looked_at_max);
  if (bytes.empty()) return "application/octet-stream";
  for (const Mark& mark : marks)
    if (holds(bytes, mark.at, mark.bytes)) return mark.type;
  if (const char* kind = kind_of_container(bytes)) return kind;
  // A cut may fall into a character.
  if (!whole)
    while (!bytes.empty() && (static_cast<unsigned char>(bytes.back()) & 0x80) != 0) bytes.remove_suffix(1);
  if (is_utf8(bytes) && is_plain(bytes)) return kind_of_text(bytes);
  return "application/octet-stream";
}

std::string type_of(std::string_view bytes, std::string_view declared) {
  std::string found = sniff(bytes);
  if (found != "application/octet-stream") {
    // Text says little: a declared kind of text that nobody runs says more.
    if (found == "text/plain" && (declared == "text/csv" || declared == "application/json"))
      return std::string(declared);
    return found;
  }
  const std::string type = to_lower_ascii(declared);
  const bool plain = !type.empty() && type.size() < 128 && type.find('/') != std::string::npos &&
                     type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/.+-_") == std::string::npos;
  for (const char* start : {"image/", "text/", "video/", "audio/", "application/pdf", "application/xhtml",
                            "application/xml", "application/javascript", "multipart/"})
    if (type.starts_with(start)) return found;
  return plain ? type : found;
}

bool is_picture(std::string_view type) {
  return type == "image/png" || type == "image/jpeg" || type == "image/gif" || type == "image/webp";
}

}  // namespace suki::app
