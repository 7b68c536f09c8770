/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-program-options.h"

#include "experiment-attribute-check.h"
#include "experiment-file.h"
#include "experiment-quantity.h"
#include "experiment-suggestion.h"

#include "ns3/command-line.h"
#include "ns3/config.h"
#include "ns3/fabric-time.h"
#include "ns3/fabric-wheel-scheduler.h"
#include "ns3/fabric-wheel-simulator-impl.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/string.h"
#include "ns3/type-id.h"

#include <algorithm>
#include <charconv>
#include <iostream>

namespace ns3::experiment
{

namespace
{

/**
 * Apply a parsed value, if there is one.
 *
 * @param parsed the value, if the text was well-formed
 * @param error why it was not
 * @param [out] variable where the value goes
 * @return an empty string, or what is wrong
 */
template <typename P, typename V>
std::string
Assign(const std::optional<P>& parsed, const std::string& error, V& variable)
{
    if (!parsed)
    {
        return error;
    }
    variable = static_cast<V>(*parsed);
    return "";
}

} // namespace

ProgramOptions::ProgramOptions(const std::string& program, const std::string& purpose)
    : m_program(program),
      m_purpose(purpose)
{
    AddText("json", "file for the summary as JSON, SI units in the key names", m_json);
    AddText("output", "directory for the result database and all other files", m_output);
    AddInteger<uint32_t>("seed", "seed of all random numbers", m_seed, 1, LARGEST_SEED);
    AddFlag("quiet", "no progress on stderr", m_quiet);
}

ProgramOptions::Item&
ProgramOptions::Add(const std::string& name,
                    const std::string& help,
                    const std::string& defaultText,
                    Setter set)
{
    Item item;
    item.name = name;
    item.help = help;
    item.defaultText = defaultText;
    item.set = std::move(set);
    m_options.push_back(std::move(item));
    return m_options.back();
}

void
ProgramOptions::AddText(const std::string& name, const std::string& help, std::string& value)
{
    Add(name,
        help,
        value,
        [&value](const std::string& text)
        {
            value = text;
            return text.empty() ? std::string("the value is empty, expected a text") : "";
        });
}

void
ProgramOptions::AddFlag(const std::string& name, const std::string& help, bool& value)
{
    Item& item = Add(name,
                     help,
                     value ? "true" : "false",
                     [&value](const std::string& text)
                     {
                         std::string error;
                         return Assign(ParseBoolean(text, error), error, value);
                     });
    item.isFlag = true;
}

template <typename T>
void
ProgramOptions::AddInteger(const std::string& name,
                           const std::string& help,
                           T& value,
                           T least,
                           T most)
{
    const std::string range =
        most == std::numeric_limits<T>::max()
            ? "an integer from " + std::to_string(least)
            : "an integer from " + std::to_string(least) + " to " + std::to_string(most);
    Add(name,
        help + " (" + range + ")",
        std::to_string(value),
        [&value, least, most, range](const std::string& text)
        {
            std::string error;
            const auto parsed = ParseUnsigned(text, error);
            if (parsed && (*parsed < least || *parsed > most))
            {
                return Quote(text) + " is out of range, expected " + range;
            }
            return Assign(parsed, error, value);
        });
}

template void ProgramOptions::AddInteger<uint32_t>(const std::string&,
                                                   const std::string&,
                                                   uint32_t&,
                                                   uint32_t,
                                                   uint32_t);
template void ProgramOptions::AddInteger<uint64_t>(const std::string&,
                                                   const std::string&,
                                                   uint64_t&,
                                                   uint64_t,
                                                   uint64_t);

void
ProgramOptions::AddReal(const std::string& name,
                        const std::string& help,
                        double& value,
                        double least,
                        double most)
{
    const std::string range = "a number from " + FormatReal(least) + " to " + FormatReal(most);
    Add(name,
        help + " (" + range + ")",
        FormatReal(value),
        [&value, least, most, range](const std::string& text)
        {
            std::string error;
            const auto parsed = ParseReal(text, error);
            if (parsed && !(*parsed >= least && *parsed <= most))
            {
                return Quote(text) + " is out of range, expected " + range;
            }
            return Assign(parsed, error, value);
        });
}

void
ProgramOptions::AddTime(const std::string& name, const std::string& help, Time& value)
{
    Add(name,
        help,
        FormatTime(value),
        [&value](const std::string& text)
        {
            std::string error;
            return Assign(ParseTime(text, error), error, value);
        });
}

void
ProgramOptions::AddRate(const std::string& name, const std::string& help, DataRate& value)
{
    Add(name,
        help,
        FormatRate(value),
        [&value](const std::string& text)
        {
            std::string error;
            return Assign(ParseRate(text, error), error, value);
        });
}

void
ProgramOptions::AddSize(const std::string& name, const std::string& help, uint64_t& bytes)
{
    Add(name,
        help,
        FormatSize(bytes),
        [&bytes](const std::string& text)
        {
            std::string error;
            return Assign(ParseSize(text, error), error, bytes);
        });
}

void
ProgramOptions::AddChoice(const std::string& name,
                          const std::string& help,
                          std::string& value,
                          const std::vector<std::string>& choices)
{
    std::string list;
    for (const auto& choice : choices)
    {
        list += (list.empty() ? "" : "|") + choice;
    }
    Add(name,
        help + " (" + list + ")",
        value,
        [&value, choices](const std::string& text)
        {
            if (std::find(choices.begin(), choices.end(), text) == choices.end())
            {
                return Quote(text) + " is not known; " + Suggest(text, choices);
            }
            value = text;
            return std::string();
        });
}

void
ProgramOptions::AddArgument(const std::string& name, const std::string& help, std::string& value)
{
    Item item;
    item.name = name;
    item.help = help;
    item.defaultText = value;
    item.isCompulsory = value.empty();
    item.set = [&value](const std::string& text)
    {
        value = text;
        return text.empty() ? std::string("is empty") : "";
    };
    m_arguments.push_back(std::move(item));
}

void
ProgramOptions::AddPrinter(const std::string& name,
                           const std::string& help,
                           std::function<std::string()> text)
{
    Item& item = Add(name, help + " and exit", "", [](const std::string&) { return ""; });
    item.isFlag = true;
    item.print = std::move(text);
}

void
ProgramOptions::AddHelpText(const std::string& text)
{
    m_helpText += "\n" + text;
}

std::optional<int>
ProgramOptions::Parse(int argc, char* argv[])
{
    m_given.assign(argv + std::min(argc, 1), argv + argc);
    Printing printing;
    bool failed = false;
    for (const auto& argument : m_given)
    {
        const std::string error = Take(argument, printing);
        if (!error.empty())
        {
            Complain(Quote(argument) + ": " + error);
            failed = true;
        }
    }
    if (!failed && !printing.text.empty())
    {
        std::cout << printing.text;
        return EXIT_OK;
    }
    if (!failed && (printing.isHelp || !printing.argument.empty()))
    {
        PrintByNs3(printing);
        return EXIT_OK;
    }
    for (const auto& item : m_arguments)
    {
        if (item.isCompulsory && !item.isGiven)
        {
            Complain("argument " + item.name + " is missing, expected " + item.help);
            failed = true;
        }
    }
    if (failed)
    {
        std::cerr << m_program << ": --help lists all options\n";
        return EXIT_BAD_INPUT;
    }
    fabric::UsePicoseconds();
    Config::SetGlobal("SimulatorImplementationType",
                      StringValue(fabric::WheelSimulatorImpl::GetTypeId().GetName()));
    Config::SetGlobal("SchedulerType", TypeIdValue(fabric::WheelScheduler::GetTypeId()));
    ApplyNs3Values();
    if (m_seedGiven)
    {
        RngSeedManager::SetSeed(m_seed);
    }
    return std::nullopt;
}

void
ProgramOptions::ApplyNs3Values() const
{
    for (const auto& [name, value] : m_ns3Values)
    {
        if (!Config::SetGlobalFailSafe(name, StringValue(value)))
        {
            Config::SetDefault(name, StringValue(value));
        }
    }
}

std::string
ProgramOptions::Take(const std::string& argument, Printing& printing)
{
    const std::size_t dashes = argument.compare(0, 2, "--") == 0           ? 2
                               : argument.size() > 1 && argument[0] == '-' ? 1
                                                                           : 0;
    if (dashes == 0)
    {
        return TakePlain(argument);
    }
    const std::size_t equal = argument.find('=');
    const std::string name = argument.substr(dashes, equal - std::min(equal, dashes));
    const auto value = equal == std::string::npos
                           ? std::nullopt
                           : std::optional<std::string>(argument.substr(equal + 1));
    if (name == "help" || name == "h" || name == "PrintHelp")
    {
        printing.isHelp = true;
        return "";
    }
    for (const char* list : {"PrintGlobals", "PrintGroups", "PrintTypeIds", "PrintVersion"})
    {
        if (name == list && !value)
        {
            printing.argument = argument;
            return "";
        }
    }
    if ((name == "PrintGroup" || name == "PrintAttributes") && value)
    {
        TypeId type;
        if (name == "PrintAttributes" && !TypeId::LookupByNameFailSafe(*value, &type))
        {
            return "there is no class " + Quote(*value) + "; --PrintTypeIds lists all";
        }
        printing.argument = argument;
        return "";
    }
    const auto printer =
        std::find_if(m_options.begin(),
                     m_options.end(),
                     [&name](const Item& item) { return item.print && item.name == name; });
    if (printer != m_options.end() && !value)
    {
        printing.text = printer->print();
        return "";
    }
    return TakeOption(name, value);
}

std::string
ProgramOptions::TakeOption(const std::string& name, const std::optional<std::string>& value)
{
    const auto found = std::find_if(m_options.begin(),
                                    m_options.end(),
                                    [&name](const Item& item) { return item.name == name; });
    if (found != m_options.end())
    {
        if (found->isGiven)
        {
            return "the option was given before, expected it once";
        }
        if (!value && !found->isFlag)
        {
            return "the value is missing, expected --" + name + "=" +
                   (found->defaultText.empty() ? "VALUE" : found->defaultText);
        }
        found->isGiven = true;
        m_seedGiven = m_seedGiven || name == "seed";
        return found->set(value.value_or("true"));
    }
    if (name.find("::") == std::string::npos)
    {
        const auto globals = ListGlobalValues();
        if (std::find(globals.begin(), globals.end(), name) == globals.end())
        {
            auto known = ListNames();
            known.insert(known.end(), globals.begin(), globals.end());
            const std::string nearest = FindNearest(name, known);
            return "there is no such option" +
                   (nearest.empty() ? "" : "; did you mean '--" + nearest + "'?");
        }
    }
    if (!value)
    {
        return "the value is missing, expected --" + name + "=VALUE";
    }
    const std::string error = CheckNs3Option(name, *value);
    if (error.empty())
    {
        m_ns3Values.emplace_back(name, *value);
        if (name == "RngSeed")
        {
            m_seedGiven = true;
            m_seed = static_cast<uint32_t>(std::stoul(*value));
        }
    }
    return error;
}

std::string
ProgramOptions::TakePlain(const std::string& value)
{
    if (m_nArguments == m_arguments.size())
    {
        return "unexpected argument" +
               std::string(m_arguments.empty() ? ", expected options only" : "");
    }
    Item& item = m_arguments[m_nArguments++];
    item.isGiven = true;
    return item.set(value);
}

std::string
ProgramOptions::CheckNs3Option(const std::string& name, const std::string& value)
{
    if (name.find("::") != std::string::npos)
    {
        return CheckAttributeDefault(name, value);
    }
    std::string error = CheckGlobalValue(name, value);
    if (error.empty() && name == "RngSeed" &&
        (std::stoul(value) == 0 || std::stoul(value) > LARGEST_SEED))
    {
        error = Quote(value) + " is out of range, expected an integer from 1 to " +
                std::to_string(LARGEST_SEED);
    }
    return error;
}

void
ProgramOptions::PrintByNs3(const Printing& printing) const
{
    CommandLine command(m_program + ".cc");
    std::string usage = m_purpose + "\n" + m_helpText;
    command.Usage(usage);
    std::vector<std::string> texts; // CommandLine keeps pointers to the values
    texts.reserve(m_options.size() + m_arguments.size());
    for (const auto& item : m_options)
    {
        texts.push_back(item.defaultText);
        command.AddValue(item.name, item.help, texts.back());
    }
    for (const auto& item : m_arguments)
    {
        texts.push_back(item.defaultText);
        command.AddNonOption(item.name, item.help, texts.back());
    }
    if (printing.isHelp)
    {
        command.PrintHelp(std::cout);
        std::cout
            << "\n    --Type::Attribute=VALUE:     Set the default of an attribute of an ns-3 "
               "class.\n";
        return;
    }
    command.Parse(std::vector<std::string>{m_program, printing.argument});
}

std::vector<std::string>
ProgramOptions::ListNames() const
{
    std::vector<std::string> names;
    for (const auto& item : m_options)
    {
        names.push_back(item.name);
    }
    return names;
}

uint64_t
ProgramOptions::GetRngRun() const
{
    return RngSeedManager::GetRun();
}

const std::string&
ProgramOptions::GetJsonFile() const
{
    return m_json;
}

const std::string&
ProgramOptions::GetOutputDirectory() const
{
    return m_output;
}

std::optional<uint32_t>
ProgramOptions::GetSeed() const
{
    return m_seedGiven ? std::optional<uint32_t>(m_seed) : std::nullopt;
}

bool
ProgramOptions::IsQuiet() const
{
    return m_quiet;
}

const std::vector<std::string>&
ProgramOptions::GetArguments() const
{
    return m_given;
}

const std::string&
ProgramOptions::GetProgram() const
{
    return m_program;
}

int
ProgramOptions::Complain(const std::string& message) const
{
    std::cerr << m_program << ": " << message << "\n";
    return EXIT_BAD_INPUT;
}

bool
ProgramOptions::WriteJson(const std::string& content) const
{
    std::string error;
    if (m_json.empty() || WriteWholeFile(m_json, content, error))
    {
        return true;
    }
    Complain("--json: " + m_json + ": " + error);
    return false;
}

} // namespace ns3::experiment
