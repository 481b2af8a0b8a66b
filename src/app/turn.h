/// One conversation's turn within a transaction: commands go to the core, events, projection, messages and mails to the
/// store. Nothing is written before finish().
#pragma once

#include <functional>
#include <vector>

#include "app/work.h"
#include "mail/mail.h"

namespace suki::app {

struct Dress;
struct Letter;
struct Occasion;

class Turn {
 public:
  /// A conversation that does not exist yet; the first command must be `open`.
  static Turn start(Work& work, const store::CustomerRecord& customer, std::string subject,
                    ConversationId continues = {});
  /// not_found.
  static Result<Turn> load(Work& work, ConversationId id);

  [[nodiscard]] const store::ConversationRecord& record() const { return record_; }
  [[nodiscard]] const desk::Conversation& state() const { return record_.state; }
  [[nodiscard]] const store::CustomerRecord& customer() const { return customer_; }
  [[nodiscard]] const std::string& subject() const { return subject_; }
  /// What follows moved in from elsewhere, and happened at `at`: nobody is told of it. never: it happens now again.
  void happened_at(Instant at);
  /// The floor looks for an agent at the end, whatever the rules asked.
  void want_agent() { wants_agent_ = true; }
  /// Machines get no automatic replies.
  void be_silent() { silent_ = true; }
  /// By the form, from there ("" not known): nobody has proved that the address is theirs.
  void came_by_form(std::string source) {
    by_form_ = true;
    source_ = std::move(source);
  }

  /// refused: detail is the refusal's name; nothing has changed then.
  Result<void> run(const desk::Command& command, const plan::Facts& facts = {});
  /// The customer's message, which opens the conversation where it is new: over `channel`, in the matter of the
  /// customer.
  Result<void> run_customer_message(MessageId message, Symbol channel);
  /// What a message says; its event comes by run(). Gives it its id.
  /// `without_text`: what lists show when it has no text.
  MessageId add_message(store::MessageRecord message, const std::string& without_text = "");
  void add_raw_mail(MessageId message, std::string raw, std::string digest);
  void add_attachment(store::AttachmentRecord attachment);
  /// A mail to the customer carrying `message`; nothing when there is no address or the plan has no e-mail channel.
  /// `letter`: its layout and who gets a copy.
  void send_mail(MessageId message, const std::string& subject, const std::string& text,
                 const std::vector<store::UploadRecord>& files = {}, const Letter* letter = nullptr);
  /// The same mail, not sent; none where none would be. `signer`: who wrote it; "" nobody, it is automatic.
  [[nodiscard]] std::optional<mail::Outgoing> make_mail(MessageId message, const std::string& subject,
                                                        const std::string& text, const std::string& signer,
                                                        const Letter* letter = nullptr) const;
  /// What the plan puts around a mail of `signer`; valid as long as this turn.
  [[nodiscard]] Dress dress(const plan::ChannelDecl& channel, const std::string& signer) const;
  /// Puts a mail that carries `message` into the outbox, once for everybody who gets it; false: no mail can be made.
  bool queue(MessageId message, const mail::Outgoing& mail, const std::vector<store::UploadRecord>& files);
  /// What else is written with the message.
  void add_write(std::function<void(store::Tx&)> write) { rest_.push_back(std::move(write)); }
  /// What stands for {placeholder} in the plan's texts; itself where nothing does.
  [[nodiscard]] std::string value_of(std::string_view placeholder, const std::string& language) const;
  [[nodiscard]] std::string language() const;  ///< of the conversation, as far as the plan has it
  /// Writes everything; then the floor looks for an agent, if one is wanted.
  Result<void> finish();
  /// The same after a wake: even when nothing happened the next wake is computed anew, so that no conversation is woken
  /// for ever.
  Result<void> finish_wake();

 private:
  Turn(Work& work, store::ConversationRecord record) : work_(&work), record_(std::move(record)) {}
  Result<void> perform(const desk::Effect& effect);
  // Who is told of an escalation (notice.cpp).
  void tell_staff(const desk::Effect& effect);
  [[nodiscard]] std::vector<store::StaffRecord> who_is_told(const desk::Effect& effect) const;
  void send_notice(store::NoticeRecord notice, const Occasion& occasion, const store::StaffRecord& to);
  Result<void> answer_automatically(const std::string& subject, const std::string& text);
  [[nodiscard]] bool may_mail();
  [[nodiscard]] std::string fill(std::string_view text, const std::string& language,
                                 const std::string& agent = {}) const;
  [[nodiscard]] std::string named() const;  ///< the customer, as a mail may name them
  Result<void> find_agent();

  Work* work_;
  store::ConversationRecord record_, before_;
  store::CustomerRecord customer_;
  std::string subject_, preview_, source_;
  Instant happened_at_ = never;
  bool is_new_ = false, silent_ = false, wants_agent_ = false, by_form_ = false;
  std::vector<desk::Event> events_;
  std::vector<store::InputRecord> inputs_;
  std::vector<store::MessageRecord> messages_;
  std::vector<std::function<void(store::Tx&)>> rest_;  ///< what refers to messages
};

/// Gives waiting conversations to agents who can take them now; at most a few dozen at once.
Result<void> route_waiting(Work& work);

}  // namespace suki::app
