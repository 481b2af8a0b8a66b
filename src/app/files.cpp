#include "app/files.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/sniff.h"
#include "app/turn.h"
#include "base/text.h"
#include "store/hash.h"

namespace suki::app {
namespace {

/// A name in one folder: no path, no control characters, never empty.
std::string plain_name(std::string_view name) {
  if (const auto slash = name.find_last_of("/\\"); slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::string plain;
  for (const char c : name)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) plain += c;
  plain = cut(trim(to_valid_utf8(plain)), name_max);
  return plain.find_first_not_of('.') == std::string::npos ? "file" : plain;
}

Result<TakenFiles> find_uploads(store::Tx& tx, AgentId agent, const Maybe<List<Text>>& uploads) {
  TakenFiles files;
  if (!uploads) return files;
  if (uploads->size() > message_files_max)
    return bad_input("uploads", fmt::format("must be at most {} files", message_files_max));
  std::set<std::string> seen;
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < uploads->size(); ++i) {
    const std::string& token = (*uploads)[i];
    const auto upload = tx.find_upload(token);
    if (!upload || upload->agent != agent || !seen.insert(token).second)
      return bad_input(fmt::format("uploads[{}]", i).c_str(), "is not kept any more; attach the file again");
    bytes += upload->size;
    files.push_back(*upload);
  }
  if (bytes > message_files_bytes_max)
    return fail(ErrorCode::too_large,
                fmt::format("uploads: the files of a message may have {} MiB together", message_files_bytes_max >> 20));
  return files;
}

}  // namespace

Result<Upload> take_file(App::Shared& shared, store::Tx& tx, AgentId agent, std::string_view name,
                         const std::string& bytes) {
  if (bytes.empty()) return bad_input("file", "must not be empty");
  if (bytes.size() > file_bytes_max)
    return fail(ErrorCode::too_large, fmt::format("file: may have {} MiB", file_bytes_max >> 20));
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (agent && tx.upload_bytes(agent) + size > agent_uploads_bytes_max)
    return fail(ErrorCode::too_large, "file: too many files wait in drafts; send or discard some of them");
  if (!agent && tx.upload_bytes(agent) + size > customer_uploads_bytes_max)
    return fail(ErrorCode::busy, "too many files wait for a message");
  const Upload upload{shared.host.random_token(18), plain_name(name), type_of(bytes, ""), size};
  tx.add_upload(upload.id, {agent, upload.name, upload.type, store::sha256_hex(bytes), size, shared.host.now()}, bytes);
  return upload;
}

Result<void> check_uploads(store::Tx& tx, AgentId agent, const Maybe<List<Text>>& uploads) {
  SUKI_TRY(const TakenFiles files, find_uploads(tx, agent, uploads));
  (void)files;
  return {};
}

Result<void> check_message_text(const char* field, const std::string& text, const Maybe<List<Text>>& uploads) {
  if (!uploads || uploads->empty()) SUKI_CHECK(check_present(field, text));
  return check_text(field, text, message_max);
}

Result<TakenFiles> take_uploads(Work& work, AgentId agent, const Maybe<List<Text>>& uploads) {
  SUKI_TRY(TakenFiles files, find_uploads(work.tx, agent, uploads));
  if (uploads)
    for (const std::string& token : *uploads) work.tx.remove_upload(token);
  return files;
}

MessageId add_message_with(Turn& turn, store::MessageRecord message, const TakenFiles& files) {
  const MessageId id = turn.add_message(std::move(message), files.empty() ? "" : files.front().name);
  for (const store::UploadRecord& file : files)
    turn.add_attachment({0, id, file.name, file.type, "", file.size, file.digest});
  return id;
}

Attachment show_file(const store::AttachmentRecord& file) {
  return {to_text(file.id), file.name, file.type, file.size, is_picture(file.type)};
}

Result<Picture> show_picture(store::AttachmentRecord file) {
  // Those that came before types were sniffed may say anything.
  std::string type = sniff(file.bytes);
  if (!is_picture(type)) return fail(ErrorCode::not_found, "it is no picture");
  return Picture{std::move(file.bytes), std::move(type), std::move(file.name)};
}

Result<store::AttachmentRecord> find_file(store::Tx& tx, std::int64_t attachment) {
  auto file = tx.find_attachment(attachment);
  if (!file) return fail(ErrorCode::not_found, "no such attachment");
  return std::move(*file);
}

Result<store::AttachmentRecord> find_public_file(store::Tx& tx, const std::string& token, std::int64_t attachment) {
  const auto id = tx.find_link(token);
  if (!id) return fail(ErrorCode::not_found, "no such conversation");
  const auto files = tx.attachments(*id);
  const auto known = std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.id == attachment; });
  if (known == files.end()) return fail(ErrorCode::not_found, "no such attachment");
  const auto message = tx.find_message(known->message);
  if (!message || message->kind == store::MessageKind::note) return fail(ErrorCode::not_found, "no such attachment");
  return find_file(tx, attachment);
}

int sweep_files(App::Shared& shared, store::Tx& tx) {
  const Instant now = shared.host.now();
  return tx.sweep_uploads(false, now - customer_uploads_kept, sweep_max) +
         tx.sweep_uploads(true, now - agent_uploads_kept, sweep_max);
}

}  // namespace suki::app
