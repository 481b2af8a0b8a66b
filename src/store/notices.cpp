#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

NoticeRecord to_notice(const std::tuple<Num, Num, Num, Num, Num, Num, Text, Num>& row) {
  NoticeRecord n;
  n.id = std::get<0>(row);
  n.conversation = ConversationId(std::get<1>(row));
  n.event = static_cast<std::uint32_t>(std::get<2>(row));
  n.agent = AgentId(std::get<3>(row));
  n.problem = static_cast<NoticeProblem>(std::get<4>(row));
  n.outbox = std::get<5>(row);
  n.mail_id = std::get<6>(row);
  n.delivery = static_cast<MailState>(std::get<7>(row));
  return n;
}

#define SUKI_NOTICES                                                                                                  \
  "select n.id, n.conversation, n.event, n.agent, n.problem, n.outbox, n.mail_id, coalesce(o.state, 0) from notices " \
  "n left join outbox o on o.id = n.outbox "

}  // namespace

std::int64_t Tx::add_notice(const NoticeRecord& n) {
  const std::int64_t id = next(Counter::notice);
  sql_.run(
      "insert into notices (id, conversation, event, agent, problem, outbox, mail_id) values (:id, :c, :event, :agent, "
      ":problem, :outbox, :mail)",
      id, n.conversation, n.event, n.agent, n.problem, n.outbox, n.mail_id);
  return id;
}

std::vector<NoticeRecord> Tx::notices(ConversationId id) {
  std::vector<NoticeRecord> result;
  for (const auto& row :
       sql_.rows<Num, Num, Num, Num, Num, Num, Text, Num>(SUKI_NOTICES "where n.conversation = :id order by n.id", id))
    result.push_back(to_notice(row));
  return result;
}

std::optional<NoticeRecord> Tx::find_notice(std::int64_t outbox_id) {
  if (outbox_id == 0) return std::nullopt;  // likewise of every notice without a mail
  auto row = sql_.row<Num, Num, Num, Num, Num, Num, Text, Num>(SUKI_NOTICES "where n.outbox = :id", outbox_id);
  if (!row) return std::nullopt;
  return to_notice(*row);
}

std::optional<NoticeRecord> Tx::find_notice(const std::string& mail_id) {
  if (mail_id.empty()) return std::nullopt;  // that of every notice without a mail
  auto row = sql_.row<Num, Num, Num, Num, Num, Num, Text, Num>(SUKI_NOTICES "where n.mail_id = :mail", mail_id);
  if (!row) return std::nullopt;
  return to_notice(*row);
}

void Tx::set_notice_problem(std::int64_t notice_id, NoticeProblem problem) {
  writing();
  sql_.run("update notices set problem = :problem where id = :id", problem, notice_id);
}

}  // namespace suki::store
