#include "mail/parts.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/html_text.h"
#include "mail/plain_text.h"
#include "mail/words.h"

namespace suki::mail {
namespace {

// Chosen: real mails stay far below; what lies beyond is kept in the raw mail alone and named in problems.
constexpr int depth_max = 50;
constexpr std::size_t parts_max = 1'000;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

std::string bytes_of(GMimeDataWrapper* content) {
  if (content == nullptr) return {};
  // What is encoded is not shorter than what it encodes: room for it at once, instead of growing to it.
  GMimeStream* encoded = g_mime_data_wrapper_get_stream(content);
  const gint64 length = encoded ? g_mime_stream_length(encoded) : 0;
  GByteArray* array = g_byte_array_sized_new(static_cast<guint>(std::clamp<gint64>(length, 64, 64 << 20)));
  Owned<GMimeStream> stream(g_mime_stream_mem_new_with_byte_array(array));
  g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream.get()), TRUE);  // frees the array with itself
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  return {reinterpret_cast<const char*>(array->data), array->len};
}

std::string bytes_of(GMimeObject* object) {
  Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_object_write_to_stream(object, nullptr, stream.get());
  const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return {reinterpret_cast<const char*>(array->data), array->len};
}

std::string from_c(const char* text) {
  return text ? std::string(text) : std::string();
}

std::string parameter(GMimeObject* object, const char* name) {
  return one_line(from_c(g_mime_object_get_content_type_parameter(object, name)));
}

/// What a file is called: RFC 2231 by GMime, then encoded words, which do not belong there and are common. Slashes and
/// what turns the direction of writing have no place in it.
std::string file_name(std::string_view given) {
  std::string name = plain_name(decode_words(given));
  std::replace(name.begin(), name.end(), '/', '_');
  std::replace(name.begin(), name.end(), '\\', '_');
  return name;
}

struct DefaultName {
  std::string_view type, name;
};
/// Parts that a mail program makes and gives no name, so that a person knows what lies there.
constexpr auto default_names = std::to_array<DefaultName>({
    {"application/ms-tnef", "winmail.dat"},
    {"application/vnd.ms-tnef", "winmail.dat"},
    {"application/pkcs7-mime", "smime.p7m"},
    {"application/x-pkcs7-mime", "smime.p7m"},
    {"application/pkcs7-signature", "smime.p7s"},
    {"application/x-pkcs7-signature", "smime.p7s"},
    {"application/pgp-signature", "signature.asc"},
    {"application/pgp-encrypted", "pgp-version.txt"},
    {"application/pgp-keys", "key.asc"},
    {"message/delivery-status", "delivery-status.txt"},
    {"message/global-delivery-status", "delivery-status.txt"},
    {"message/disposition-notification", "receipt.txt"},
    {"message/feedback-report", "complaint.txt"},
    {"text/rfc822-headers", "header.txt"},
    {"message/rfc822-headers", "header.txt"},
    {"message/partial", "part-of-a-mail.eml"},
    {"message/external-body", "kept-elsewhere.txt"},
    {"text/calendar", "invitation.ics"},
    {"text/vcard", "contact.vcf"},
    {"text/x-vcard", "contact.vcf"},
    {"text/directory", "contact.vcf"},
});

/// Walks the parts in order and gathers text, HTML and attachments.
class Reader {
 public:
  explicit Reader(Parsed& out) : out_(out) {}

  void read(GMimeObject* object, int depth) {
    if (object == nullptr) return;
    if (depth > depth_max || ++parts_ > parts_max) return add_problem(out_, "too-many-parts");
    if (GMIME_IS_MULTIPART(object)) return read_multipart(GMIME_MULTIPART(object), depth);
    if (GMIME_IS_MESSAGE_PART(object)) return attach_message(object);
    if (GMIME_IS_PART(object)) return read_leaf(GMIME_PART(object));
    attach(object, bytes_of(object));
  }

 private:
  void read_multipart(GMimeMultipart* multipart, int depth) {
    const std::string type = type_of(GMIME_OBJECT(multipart));
    const int count = g_mime_multipart_get_count(multipart);
    if (count == 0) add_problem(out_, "empty-multipart");
    if (type == "multipart/encrypted") add_problem(out_, "pgp-encrypted");
    const bool outermost = type == "multipart/alternative" && alternatives_ == 0;
    alternatives_ += type == "multipart/alternative" ? 1 : 0;
    const std::size_t before = out_.text.size();
    for (int i = 0; i < count; ++i) read(g_mime_multipart_get_part(multipart, i), depth + 1);
    alternatives_ -= type == "multipart/alternative" ? 1 : 0;
    if (!outermost) return;
    // HTML that has no plain twin becomes text in its place.
    if (out_.text.size() == before) append(out_.text, text_from_html(twin_html_));
    twin_html_.clear();
  }

  void read_leaf(GMimePart* part) {
    GMimeObject* object = GMIME_OBJECT(part);
    std::string type = type_of(object);
    if (type == "text" || type == "text/enriched" || type == "text/richtext" || type == "plain/text")
      type = "text/plain";
    const bool attached = g_mime_part_is_attachment(part) || g_mime_part_get_filename(part) != nullptr;
    std::string bytes = bytes_of(g_mime_part_get_content(part));
    note_kind(object, type);
    if (attached || (type != "text/plain" && type != "text/html")) return attach(object, std::move(bytes));
    if (type == "text/html")
      read_html(decoded(bytes, charset_of(object, bytes)));
    else
      read_plain(object, decoded(bytes, parameter(object, "charset")));
  }

  [[nodiscard]] static std::string charset_of(GMimeObject* object, std::string_view bytes) {
    std::string charset = parameter(object, "charset");
    return charset.empty() ? charset_of_html(bytes) : charset;
  }

  std::string decoded(std::string_view bytes, const std::string& charset) {
    Decoded decoded = decode(bytes, charset);
    if (!decoded.as_declared) add_problem(out_, "bad-charset");
    return unix_lines(decoded.text);
  }

  void read_html(const std::string& html) {
    append(out_.html, html);
    if (alternatives_ > 0)
      append(twin_html_, html);
    else
      append(out_.text, text_from_html(html));
  }

  void read_plain(GMimeObject* object, std::string text) {
    // An alternative in rich text of its own kind says what the plain one said.
    if (alternatives_ > 0 && type_of(object) != "text/plain" && !out_.text.empty()) return;
    for (Part& file : take_uuencoded(text)) {
      file.name = file_name(file.name);
      out_.attachments.push_back(std::move(file));
    }
    if (to_lower_ascii(parameter(object, "format")) == "flowed")
      text = unflow(text, to_lower_ascii(parameter(object, "delsp")) == "yes");
    if (text.find("-----BEGIN PGP MESSAGE-----") != std::string::npos) add_problem(out_, "pgp-encrypted");
    append(out_.text, text);
  }

  /// What cannot be opened here is named.
  void note_kind(GMimeObject* object, const std::string& type) {
    const std::string name = to_lower_ascii(from_c(g_mime_part_get_filename(GMIME_PART(object))));
    if (type.ends_with("ms-tnef") || name == "winmail.dat") add_problem(out_, "tnef");
    if (type.ends_with("pkcs7-mime") || name == "smime.p7m") {
      const std::string kind = to_lower_ascii(parameter(object, "smime-type"));
      add_problem(out_, kind == "signed-data" ? "smime-signed" : "smime-encrypted");
    }
    if (type == "message/partial") add_problem(out_, "partial");
  }

  static void append(std::string& to, std::string_view text) {
    if (trim(text).empty()) return;
    if (!to.empty() && to.back() != '\n') to += '\n';
    to += text;
  }

  void attach_message(GMimeObject* object) {
    GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    std::string bytes = inner ? bytes_of(GMIME_OBJECT(inner)) : std::string();
    Part part = describe(object);
    if (part.name.empty() && inner) part.name = file_name(subject_of(inner));
    if (part.name.empty()) part.name = "message";
    if (!to_lower_ascii(part.name).ends_with(".eml")) part.name += ".eml";
    part.bytes = std::move(bytes);
    out_.attachments.push_back(std::move(part));
  }

  [[nodiscard]] static std::string subject_of(GMimeMessage* message) {
    GMimeHeader* header =
        g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(message)), "Subject");
    return from_c(header ? g_mime_header_get_raw_value(header) : nullptr);
  }

  void attach(GMimeObject* object, std::string bytes) {
    Part part = describe(object);
    part.bytes = std::move(bytes);
    out_.attachments.push_back(std::move(part));
  }

  static Part describe(GMimeObject* object) {
    Part part;
    part.type = type_of(object);
    if (GMIME_IS_PART(object)) {
      part.name = file_name(from_c(g_mime_part_get_filename(GMIME_PART(object))));
    } else {
      part.name = file_name(from_c(g_mime_object_get_content_disposition_parameter(object, "filename")));
      if (part.name.empty()) part.name = file_name(from_c(g_mime_object_get_content_type_parameter(object, "name")));
    }
    for (const DefaultName& known : default_names)
      if (part.name.empty() && known.type == part.type) part.name = known.name;
    part.content_id = one_line(from_c(g_mime_object_get_content_id(object)));
    const std::string disposition = to_lower_ascii(one_line(from_c(g_mime_object_get_disposition(object))));
    part.is_inline = disposition == "inline" || (disposition.empty() && !part.content_id.empty());
    return part;
  }

  Parsed& out_;
  std::string twin_html_;  ///< of the alternative that is being read
  std::size_t parts_ = 0;
  int alternatives_ = 0;  ///< how many multipart/alternative are open
};

}  // namespace

std::string type_of(GMimeObject* object) {
  GMimeContentType* type = g_mime_object_get_content_type(object);
  gchar* mime = type ? g_mime_content_type_get_mime_type(type) : nullptr;
  std::string name = to_lower_ascii(one_line(from_c(mime)));
  g_free(mime);
  return name.empty() ? "application/octet-stream" : name;
}

void add_problem(Parsed& out, std::string_view code) {
  if (std::find(out.problems.begin(), out.problems.end(), code) == out.problems.end()) out.problems.emplace_back(code);
}

void read_parts(GMimeObject* root, Parsed& out) {
  Reader(out).read(root, 0);
  if (root == nullptr || !GMIME_IS_MULTIPART(root) || !out.text.empty()) return;
  // Words before the first part are for programs that know no parts; where there are no others, they are the text.
  const std::string before = unix_lines(decode(from_c(g_mime_multipart_get_prologue(GMIME_MULTIPART(root))), "").text);
  const bool said_by_program =
      before.find("MIME") != std::string::npos || before.find("multi-part") != std::string::npos;
  if (!said_by_program) out.text = before;
}

}  // namespace suki::mail
