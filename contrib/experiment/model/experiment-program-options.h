/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_PROGRAM_OPTIONS_H
#define EXPERIMENT_PROGRAM_OPTIONS_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace ns3::experiment
{

/** Exit codes of all programs. */
enum ExitCode
{
    EXIT_OK = 0,        ///< the run is complete
    EXIT_FAILED = 1,    ///< the run failed: some message was given up, a file could not be written
    EXIT_BAD_INPUT = 2, ///< an option or a file is wrong; nothing was run or written
    EXIT_INTERRUPTED = 130, ///< SIGINT or SIGTERM; the results so far were written
};

/**
 * @ingroup experiment
 * Command line of a program: its own options, those that all programs have (--json, --output,
 * --seed, --quiet), and ns-3's general ones (--PrintTypeIds, --RngRun,
 * --ns3::Type::Attribute=value).
 *
 * ns-3's CommandLine prints the help and the lists; values are checked here first, because
 * CommandLine leaves bad ones to parsers that abort or take half of the text. Anything wrong is
 * said on stderr, with exit code EXIT_BAD_INPUT.
 *
 * @code
 *   ProgramOptions options("flows", "Simulates a list of flows and prints their completion
 * times."); std::string stack = "rocev2-dcqcn"; options.AddText("stack", "network stack by name",
 * stack); if (auto exitCode = options.Parse(argc, argv))
 *   {
 *       return *exitCode;
 *   }
 * @endcode
 *
 * The values given to the Add functions are the defaults, and must outlive Parse.
 */
class ProgramOptions
{
  public:
    /**
     * @param program name of the program
     * @param purpose what it does, for the help
     */
    ProgramOptions(const std::string& program, const std::string& purpose);

    /** --name=TEXT. @param name @param help @param [in,out] value default and result */
    void AddText(const std::string& name, const std::string& help, std::string& value);

    /** --name or --name=true|false. @param name @param help @param [in,out] value */
    void AddFlag(const std::string& name, const std::string& help, bool& value);

    /**
     * --name=INTEGER, 32 or 64 bit.
     *
     * @param name the name
     * @param help what it is, with its unit; the range is added
     * @param [in,out] value default and result
     * @param least smallest value
     * @param most largest value
     */
    template <typename T>
    void AddInteger(const std::string& name,
                    const std::string& help,
                    T& value,
                    T least = 0,
                    T most = std::numeric_limits<T>::max());

    /** --name=NUMBER. @param name @param help @param [in,out] value @param least @param most */
    void AddReal(const std::string& name,
                 const std::string& help,
                 double& value,
                 double least,
                 double most);

    /** --name=1us. @param name @param help @param [in,out] value default and result */
    void AddTime(const std::string& name, const std::string& help, Time& value);

    /** --name=400Gbps. @param name @param help @param [in,out] value default and result */
    void AddRate(const std::string& name, const std::string& help, DataRate& value);

    /** --name=2MiB. @param name @param help @param [in,out] bytes default and result */
    void AddSize(const std::string& name, const std::string& help, uint64_t& bytes);

    /** --name=CHOICE. @param name @param help @param [in,out] value @param choices what it may be
     */
    void AddChoice(const std::string& name,
                   const std::string& help,
                   std::string& value,
                   const std::vector<std::string>& choices);

    /**
     * Expect one more argument that is no option.
     *
     * @param name what it is, for messages: SCENARIO
     * @param help what it is, for the help
     * @param [in,out] value default and result; an empty default makes the argument compulsory
     */
    void AddArgument(const std::string& name, const std::string& help, std::string& value);

    /**
     * --name prints a text and ends the program, as --help does.
     *
     * @param name the name
     * @param help what is printed
     * @param text makes the text
     */
    void AddPrinter(const std::string& name,
                    const std::string& help,
                    std::function<std::string()> text);

    /**
     * @param text more help, printed after the list of options: examples, lists of names
     */
    void AddHelpText(const std::string& text);

    /**
     * Read the command line. Prints and applies what it asks for: help, lists, ns-3's attributes
     * and global values, the seed. Sets the resolution of time to picoseconds, and the simulator
     * to fabric::WheelSimulatorImpl with fabric::WheelScheduler unless
     * --SimulatorImplementationType and --SchedulerType say otherwise.
     *
     * @param argc number of arguments, the program's name included
     * @param argv the arguments
     * @return the exit code if the program must end now
     */
    std::optional<int> Parse(int argc, char* argv[]);

    /**
     * Set the attributes and global values that the command line gave, again: for programs that
     * set defaults of their own which the command line is to win over.
     */
    void ApplyNs3Values() const;

    /** @return ns-3's run number (--RngRun) */
    uint64_t GetRngRun() const;

    /** @return file for the summary as JSON, or empty */
    const std::string& GetJsonFile() const;

    /** @return directory for the database and everything else that is written, or empty */
    const std::string& GetOutputDirectory() const;

    /** @return the seed, if --seed (or --RngSeed) was given */
    std::optional<uint32_t> GetSeed() const;

    /** @return whether to print nothing but errors and the final result */
    bool IsQuiet() const;

    /** @return the arguments as given, for the record */
    const std::vector<std::string>& GetArguments() const;

    /** @return name of the program */
    const std::string& GetProgram() const;

    /**
     * Say what is wrong on stderr, as "program: message".
     *
     * @param message what is wrong, what was expected
     * @return EXIT_BAD_INPUT
     */
    int Complain(const std::string& message) const;

    /**
     * Write the JSON summary if --json asks for one; a failure is said on stderr.
     *
     * @param content the document
     * @return whether nothing failed
     */
    bool WriteJson(const std::string& content) const;

    /** Largest seed that ns-3's generator MRG32k3a takes. */
    static constexpr uint32_t LARGEST_SEED = 4294944442U;

  private:
    /** Takes a value: sets the variable and returns an empty string, or says what is wrong. */
    using Setter = std::function<std::string(const std::string& value)>;

    /** An option or an argument. */
    struct Item
    {
        std::string name;                   ///< without dashes
        std::string help;                   ///< for the list
        std::string defaultText;            ///< default, as the user would write it
        Setter set;                         ///< takes the value
        std::function<std::string()> print; ///< makes the text to be printed, or empty
        bool isFlag{false};                 ///< may be given without a value
        bool isCompulsory{false};           ///< argument that must be given
        bool isGiven{false};                ///< was given
    };

    /** What the command line asked ns-3 to print. */
    struct Printing
    {
        std::string argument; ///< the option, for CommandLine, or empty
        bool isHelp{false};   ///< print the help
        std::string text;     ///< a text to print, or empty
    };

    /** Add an option. @param name @param help @param defaultText @param set */
    Item& Add(const std::string& name,
              const std::string& help,
              const std::string& defaultText,
              Setter set);

    /**
     * Check and apply one argument.
     *
     * @param argument what the user wrote
     * @param [in,out] printing what is asked to be printed
     * @return an empty string, or what is wrong
     */
    std::string Take(const std::string& argument, Printing& printing);

    /** @param name of an option @param value its value, if any @return what is wrong */
    std::string TakeOption(const std::string& name, const std::optional<std::string>& value);

    /** @param value an argument that is no option @return what is wrong */
    std::string TakePlain(const std::string& value);

    /** @param name of an option of ns-3 @param value its value @return what is wrong */
    static std::string CheckNs3Option(const std::string& name, const std::string& value);

    /** @param printing let ns-3's CommandLine print this; the program ends there */
    void PrintByNs3(const Printing& printing) const;

    /** @return names of all options */
    std::vector<std::string> ListNames() const;

    std::string m_program;                                        ///< name of the program
    std::string m_purpose;                                        ///< what it does
    std::string m_helpText;                                       ///< more help
    std::vector<Item> m_options;                                  ///< --name=value
    std::vector<Item> m_arguments;                                ///< the others
    std::size_t m_nArguments{0};                                  ///< arguments taken so far
    std::vector<std::pair<std::string, std::string>> m_ns3Values; ///< ns-3's values to set
    std::vector<std::string> m_given;                             ///< the command line
    std::string m_json;                                           ///< --json
    std::string m_output;                                         ///< --output
    uint32_t m_seed{1};                                           ///< --seed
    bool m_seedGiven{false};                                      ///< --seed or --RngSeed was given
    bool m_quiet{false};                                          ///< --quiet
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_PROGRAM_OPTIONS_H */
