// `omenbench completion`: a completion script for a shell. The scripts ask the program itself for names, so they stay
// right when an index is added.
#include <fmt/format.h>

#include <memory>

#include "tools/omenbench/command.h"

namespace omenbench {
namespace {

std::string command_names() {
  std::string names;
  for (const Command& command : registered_commands()) names += (names.empty() ? "" : " ") + command.name;
  return names;
}

/// The long options of each command, as shell case branches: "run) words="--plan --blocks ..." ;;".
std::string option_cases() {
  std::string cases;
  for (const Command& command : registered_commands()) {
    CLI::App app;
    command.define(app);
    std::string words = command.own_format ? "--quiet --help" : "--format --json --quiet --help";
    if (command.resumable) words += " --resume";
    std::vector<const CLI::App*> apps = {&app};
    for (const CLI::App* nested : app.get_subcommands([](const CLI::App*) { return true; })) {
      words += " " + nested->get_name();
      apps.push_back(nested);
    }
    for (const CLI::App* each : apps) {
      for (const CLI::Option* option : each->get_options()) {
        for (const std::string& name : option->get_lnames()) {
          if (name != "help") words += " --" + name;
        }
      }
    }
    cases += fmt::format("      {}) words=\"{}\" ;;\n", command.name, words);
  }
  return cases;
}

/// Shared by bash and zsh: sets `words` from $previous, $command and $current.
std::string words_script() {
  return "    case \"$previous\" in\n"
         "      -i|--index) words=\"$(omenbench list indexes 2>/dev/null | awk 'NR>1{print $1}')\" ;;\n"
         "      check) words=\"$(omenbench list indexes 2>/dev/null | awk 'NR>1{print $1}')\" ;;\n"
         "      -w|--workload) words=\"$(omenbench list workloads 2>/dev/null | awk 'NR>1{print $1}')\" ;;\n"
         "      -d|--dataset) words=\"$(omenbench list datasets 2>/dev/null | awk 'NR>1{print $1}')\" ;;\n"
         "      --plan) words=\"$(omenbench list plans 2>/dev/null | awk 'NR>1{print $1}')\" ;;\n"
         "      --format) words=\"table json md latex csv\" ;;\n"
         "      --duplicates) words=\"drop sequence keep\" ;;\n"
         "      decide|describe|import) words=\"$(omenbench list datasets 2>/dev/null | awk 'NR>1{print $1}')\" ;;\n"
         "      fetch|verify) words=\"$(omenbench list datasets 2>/dev/null | awk '$2==\"real\"{print $1}')\" ;;\n"
         "      generate) words=\"$(omenbench list datasets 2>/dev/null | awk '$2==\"generator\"{print $1}')\" ;;\n"
         "      list) words=\"datasets indexes engines doors workloads plans\" ;;\n"
         "      completion) words=\"bash zsh fish\" ;;\n"
         "      *) case \"$command\" in\n" +
         option_cases() + fmt::format("      *) words=\"{}\" ;;\n", command_names()) +
         "      esac ;;\n"
         "    esac\n";
}

std::string bash_script() {
  return "_omenbench() {\n"
         "    local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" words=\"\" "
         "command=\"\"\n"
         "    [ \"$COMP_CWORD\" -gt 1 ] && command=\"${COMP_WORDS[1]}\"\n" +
         words_script() +
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "    case \"$previous\" in -d|--dataset) COMPREPLY+=($(compgen -f -- \"$current\")) ;; esac\n"
         "}\n"
         "complete -o default -F _omenbench omenbench\n";
}

std::string zsh_script() {
  return "#compdef omenbench\n"
         "_omenbench() {\n"
         "    local previous=\"${words[CURRENT-1]}\" command=\"${words[2]}\" candidates\n"
         "    [ \"$CURRENT\" -le 2 ] && command=\"\"\n"
         "    () {\n"
         "    local words=\"\"\n" +
         words_script() +
         "    candidates=\"$words\"\n"
         "    }\n"
         "    compadd -- ${=candidates}\n"
         "    case \"$previous\" in -d|--dataset) _files ;; esac\n"
         "}\n"
         // Sourced, it announces itself; found by its name in $fpath, its first call defines the function and must
         // serve.
         "if [ \"${funcstack[1]}\" = _omenbench ]; then _omenbench \"$@\"; else compdef _omenbench omenbench; fi\n";
}

/// A word of fish: within single quotes only \ and ' mean something.
std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// The options of one command, offered once `word` stands on the line.
std::string fish_options(const CLI::App& app, const std::string& word) {
  std::string script;
  for (const CLI::Option* option : app.get_options()) {
    const std::string& help = option->get_description();
    for (const std::string& name : option->get_lnames()) {
      script += fmt::format("complete -c omenbench -n '__fish_seen_subcommand_from {}' -l {} -d {}\n", word, name,
                            fish_quoted(help.substr(0, help.find_first_of(":;("))));
    }
  }
  return script;
}

std::string fish_script() {
  std::string script = "complete -c omenbench -n __fish_use_subcommand -f\n";
  for (const Command& command : registered_commands()) {
    script += fmt::format("complete -c omenbench -n __fish_use_subcommand -a {} -d {}\n", command.name,
                          fish_quoted(command.summary));
    CLI::App app;
    command.define(app);
    script += fish_options(app, command.name);
    for (const CLI::App* nested : app.get_subcommands([](const CLI::App*) { return true; })) {
      script += fmt::format("complete -c omenbench -n '__fish_seen_subcommand_from {}' -a {} -d {}\n", command.name,
                            nested->get_name(), fish_quoted(nested->get_description()));
      script += fish_options(*nested, nested->get_name());
    }
  }
  const auto names_of = [](const char* list) {
    return fmt::format("-xa \"(omenbench list {} 2>/dev/null | awk 'NR>1{{print \\$1}}')\"\n", list);
  };
  script += "complete -c omenbench -s i -l index " + names_of("indexes");
  script += "complete -c omenbench -s w -l workload " + names_of("workloads");
  script += "complete -c omenbench -l plan " + names_of("plans");
  return script;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  app.add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return [shell](const CommonOptions&) {
    fmt::print("{}", *shell == "bash" ? bash_script() : *shell == "zsh" ? zsh_script() : fish_script());
    return ExitCode::kOk;
  };
}

const bool registered =
    register_command({.name = "completion",
                      .summary = "Print a completion script for bash, zsh or fish",
                      .examples = "  source <(omenbench completion bash)\n"
                                  "  omenbench completion fish > ~/.config/fish/completions/omenbench.fish",
                      .own_format = true,
                      .define = define});

}  // namespace
}  // namespace omenbench
