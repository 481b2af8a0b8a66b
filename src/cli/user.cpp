#include "cli/user.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>
#include <memory>
#include <vector>

#include "app/access.h"
#include "app/people.h"
#include "app/second_step.h"
#include "cli/open_data.h"
#include "cli/password_input.h"
#include "json/read.h"
#include "json/write.h"

namespace suki::cli {
namespace {

// What goes over the socket. The socket's mode is 0600, like that of the database it leads to.
struct NewUser {
  std::string login, name, role, password, email, language;
  std::vector<std::string> teams, skills;
};
BOOST_DESCRIBE_STRUCT(NewUser, (), (login, name, role, password, email, language, teams, skills))
struct Password {
  std::string login, password;
};
BOOST_DESCRIBE_STRUCT(Password, (), (login, password))
struct Email {
  std::string login, email;
};
BOOST_DESCRIBE_STRUCT(Email, (), (login, email))
struct RoleOf {
  std::string login, role;
};
BOOST_DESCRIBE_STRUCT(RoleOf, (), (login, role))
struct Who {
  std::string login;
};
BOOST_DESCRIBE_STRUCT(Who, (), (login))

Result<app::Role> role_of(const std::string& name) {
  const auto role = app::find_role(name);
  if (!role) return fail(ErrorCode::bad_input, "role: must be one of agent, manager, owner");
  return *role;
}

/// Does something to the account of `login` and records it, in one transaction.
Result<void> change_account(app::App& app, store::Store& store, const std::string& login, std::string_view act,
                            const std::function<Result<void>(store::Tx&, AgentId)>& change) {
  return store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(const AgentId agent, app::find_agent(tx, login));
    SUKI_CHECK(change(tx, agent));
    app::record(app, tx, app::the_operator(), {act, "account", agent.value});
    return {};
  });
}

}  // namespace

Result<std::string> add_user(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const NewUser user, json::read<NewUser>(body));
  app::App::NewAccount account{user.login, user.name,   "",         app::Role::agent,
                               user.teams, user.skills, user.email, user.language};
  SUKI_TRY(account.role, role_of(user.role));
  // Slow on purpose: not on the writer's thread.
  SUKI_TRY(account.password_hash, app::App::hash_new_password(user.password));
  AgentId id;
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(id, app.create_account(tx, account));
    app::record(app, tx, app::the_operator(), {"account.create", "account", id.value});
    return {};
  }));
  return fmt::format("added {} ({}, {})\n", user.login, user.role, id.value);
}

Result<std::string> list_users(app::App& app, store::Store& store, const std::string&) {
  std::string out;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(const auto accounts, app.accounts(tx));
    out.clear();
    for (const app::App::Account& account : accounts) {
      out += fmt::format("{}\t{}\t{}\t{}\n", account.login, app::name_of(account.role), account.name,
                         account.email.empty() ? "-" : account.email);
    }
    return {};
  }));
  return out;
}

Result<std::string> set_password(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Password input, json::read<Password>(body));
  SUKI_TRY(const std::string hash, app::App::hash_new_password(input.password));
  SUKI_CHECK(change_account(app, store, input.login, "password.change",
                            [&](store::Tx& tx, AgentId) { return app.set_password(tx, input.login, hash); }));
  return fmt::format("changed the password of {}; sessions are over\n", input.login);
}

Result<std::string> set_email(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Email input, json::read<Email>(body));
  SUKI_CHECK(change_account(app, store, input.login, "account.change",
                            [&](store::Tx& tx, AgentId) { return app.set_email(tx, input.login, input.email); }));
  if (input.email.empty()) return fmt::format("{} gets no notices by mail\n", input.login);
  return fmt::format("{} gets notices at {}\n", input.login, input.email);
}

Result<std::string> make_reset_link(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Who input, json::read<Who>(body));
  app::LinkMade made;
  SUKI_CHECK(
      change_account(app, store, input.login, "reset_link.make", [&](store::Tx& tx, AgentId agent) -> Result<void> {
        SUKI_TRY(made, app::make_reset_link(app, tx, agent, {}));
        return {};
      }));
  return fmt::format("{}\nworks once, until {}\n", made.link, made.expires_at);
}

Result<std::string> second_step_off(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Who input, json::read<Who>(body));
  SUKI_CHECK(change_account(app, store, input.login, "second_step.reset",
                            [&](store::Tx& tx, AgentId agent) { return app::reset_second_step(app, tx, agent); }));
  return fmt::format("{} logs in by password alone\n", input.login);
}

Result<std::string> end_sessions(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Who input, json::read<Who>(body));
  SUKI_CHECK(change_account(app, store, input.login, "session.end_person",
                            [&](store::Tx& tx, AgentId agent) { return app::end_sessions_of(app, tx, agent); }));
  return fmt::format("{} is logged out everywhere\n", input.login);
}

Result<std::string> remove_user(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Who input, json::read<Who>(body));
  SUKI_CHECK(change_account(app, store, input.login, "account.remove",
                            [&](store::Tx& tx, AgentId) { return app.remove_account(tx, input.login); }));
  return fmt::format("removed {}; what they wrote stays\n", input.login);
}

Result<std::string> set_role(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const RoleOf input, json::read<RoleOf>(body));
  SUKI_TRY(const app::Role role, role_of(input.role));
  SUKI_CHECK(change_account(app, store, input.login, "role.change",
                            [&](store::Tx& tx, AgentId) { return app::set_role(tx, input.login, role); }));
  return fmt::format("{} is {} now\n", input.login, app::name_of(role));
}

namespace {

std::vector<std::string> role_names() {
  std::vector<std::string> names;
  for (const app::Role role : app::roles) names.emplace_back(app::name_of(role));
  return names;
}

/// The table of permissions in words.
std::string say_roles() {
  std::string text;
  for (const app::Role role : app::roles) {
    text += fmt::format("{} may", app::name_of(role));
    const char* separator = role == app::Role::agent ? " " : " also ";
    for (const app::Act& act : app::acts()) {
      if (act.least != role) continue;
      text += separator + std::string(act.what);
      separator = "; ";
    }
    text += ".\n";
  }
  return text;
}

struct Given {
  DataPlace place{};
  std::string login, name, role = "agent", email, language;
  std::vector<std::string> teams, skills;
};

CLI::App* add_command(CLI::App& user, const std::shared_ptr<Given>& given, const char* name, const char* what) {
  CLI::App* command = user.add_subcommand(name, what);
  add_data_options(*command, given->place);
  return command;
}

/// Runs `make`, which gives the verb's document, then the verb.
void on_run(CLI::App* command, const std::shared_ptr<Given>& given, int& exit_code, const char* verb,
            std::function<Result<std::string>(const Given&)> make, Missing missing = Missing::refuse) {
  command->callback([given, &exit_code, verb, make = std::move(make), missing] {
    const Result<std::string> body = make(*given);
    exit_code = report(body.ok() ? perform(given->place, verb, *body, missing) : body);
  });
}

}  // namespace

void add_user_commands(CLI::App& user, int& exit_code) {
  const auto given = std::make_shared<Given>();
  user.footer(
      "Passwords are asked for at the terminal, or read as one line from standard input.\n"
      "Exit status: 0 done, 1 refused, 2 the data folder cannot be used.");

  CLI::App* add = add_command(user, given, "add", "Add somebody who may log in; asks for the password");
  add->add_option("LOGIN", given->login, "What they log in with")->required();
  add->add_option("--name", given->name, "Their name, as customers see it (default: LOGIN)");
  add->add_option("--role", given->role, "agent, manager or owner")
      ->check(CLI::IsMember(role_names()))
      ->capture_default_str();
  add->add_option("--email", given->email, "Where notices of escalations go; none: they see them in the desk only");
  add->add_option("--language", given->language, "Of the desk and of notices, en or fil (default: the plan's first)");
  add->add_option("--team", given->teams, "Id of a team of the plan; may be given several times");
  add->add_option("--skill", given->skills, "Id of a skill of the plan; may be given several times");
  on_run(
      add, given, exit_code, "user-add",
      [](const Given& from) -> Result<std::string> {
        SUKI_TRY(const std::string password, read_new_password(from.login));
        const std::string name = from.name.empty() ? from.login : from.name;
        return json::write(
            NewUser{from.login, name, from.role, password, from.email, from.language, from.teams, from.skills});
      },
      Missing::make);

  on_run(add_command(user, given, "list", "Who may log in, one a line: log-in, role, name, e-mail address"), given,
         exit_code, "user-list", [](const Given&) -> Result<std::string> { return std::string(); });

  CLI::App* password = add_command(user, given, "password", "Set a new password and end all sessions of that person");
  password->add_option("LOGIN", given->login, "Whose")->required();
  on_run(password, given, exit_code, "user-password", [](const Given& from) -> Result<std::string> {
    SUKI_TRY(const std::string text, read_new_password(from.login));
    return json::write(Password{from.login, text});
  });

  CLI::App* email = add_command(user, given, "email", "Set where notices of escalations go");
  email->add_option("LOGIN", given->login, "Whose")->required();
  email->add_option("ADDRESS", given->email, "The e-mail address; leave it out for none");
  on_run(email, given, exit_code, "user-email", [](const Given& from) -> Result<std::string> {
    return json::write(Email{from.login, from.email});
  });

  CLI::App* role = add_command(user, given, "role", "Make somebody agent, manager or owner");
  role->add_option("LOGIN", given->login, "Whose")->required();
  role->add_option("ROLE", given->role, "agent, manager or owner")->required()->check(CLI::IsMember(role_names()));
  role->footer(say_roles());
  on_run(role, given, exit_code, "user-role", [](const Given& from) -> Result<std::string> {
    return json::write(RoleOf{from.login, from.role});
  });

  const auto about = [&](const char* name, const char* verb, const char* what) {
    CLI::App* command = add_command(user, given, name, what);
    command->add_option("LOGIN", given->login, "Whose")->required();
    on_run(command, given, exit_code, verb,
           [](const Given& from) -> Result<std::string> { return json::write(Who{from.login}); });
  };
  about("reset-link", "user-reset-link",
        "Make a link by which that person chooses a new password; give it to them alone");
  about("second-step-off", "user-second-step-off", "Take away the second step of somebody who lost it");
  about("log-out", "user-sessions-end", "End all sessions of that person");

  CLI::App* remove =
      add_command(user, given, "remove", "Take away the right to log in; what they did stays in the history");
  remove->add_option("LOGIN", given->login, "Whose")->required();
  on_run(remove, given, exit_code, "user-remove",
         [](const Given& from) -> Result<std::string> { return json::write(Who{from.login}); });
}

}  // namespace suki::cli
