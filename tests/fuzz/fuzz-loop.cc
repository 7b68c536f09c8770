/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Feeds the importers with millions of files damaged at random, and ends with a message and the
// file if one of them crashes or takes too long. What libFuzzer finds with fewer and better chosen
// files, this finds with many: it needs no instrumentation, so it is fast. Built by hand from the
// checkout:
//
//   g++ -std=c++17 -O2 -DNS3_LOG_ENABLE -I build/release/include tests/fuzz/fuzz-{loop,targets}.cc
//   \
//     $(tests/fuzz/sources) -lns3-core -lz -o fuzz-loop
//   ./fuzz-loop [RUNS=10000000 [SECONDS=0 [SEED=1 [IMPORTER...]]]]
//
// RUNS are those of each importer; with SECONDS each gets no more than so many. Prints a line for
// each importer: inputs, seconds, and by how much the memory of the process grew in the second
// half, which would show leaks.

#include "fuzz-targets.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <sys/time.h>
#include <unistd.h>
#include <vector>

namespace
{

/// Seconds of processor time for some files of some kilobytes: an importer that needs more hangs.
constexpr long PATIENCE = 20;
/// Inputs do not grow beyond this.
constexpr std::size_t LONGEST = 4096;

const std::string* g_input = nullptr; ///< what is being read, for the handler of signals

/** A crash or a hang: keep the input, say so, end. */
void
Fail(int signal)
{
    const int file = open("fuzz-loop.failed", O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (file >= 0 && g_input)
    {
        [[maybe_unused]] const auto written = write(file, g_input->data(), g_input->size());
    }
    constexpr char message[] = "crash or hang; the input is in fuzz-loop.failed\n";
    [[maybe_unused]] const auto said = write(STDERR_FILENO, message, sizeof(message) - 1);
    _exit(128 + signal);
}

/** Ask for SIGVTALRM after seconds of processor time; 0: not any more. */
void
SetAlarm(long seconds)
{
    const itimerval timer{{0, 0}, {seconds, 0}};
    setitimer(ITIMER_VIRTUAL, &timer, nullptr);
}

/** @return kilobytes of memory in use */
long
ReadResidentKilobytes()
{
    std::ifstream status("/proc/self/statm");
    long all = 0;
    long resident = 0;
    status >> all >> resident;
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/** Damages files. */
class Mutator
{
  public:
    Mutator(const FuzzTarget& target, const std::string& checkout, uint64_t seed)
        : m_target(target),
          m_random(seed)
    {
        for (const auto& name : target.files)
        {
            std::ifstream file(checkout + "/" + name, std::ios::binary);
            m_seeds.emplace_back(std::istreambuf_iterator<char>(file),
                                 std::istreambuf_iterator<char>());
            if (m_seeds.back().empty())
            {
                std::cerr << checkout << "/" << name << ": cannot be read\n";
                std::exit(2);
            }
        }
    }

    /** @return another input: a good file with one to eight damages, few more often than many */
    const std::string& Next()
    {
        m_input = m_seeds[Below(m_seeds.size())];
        for (uint64_t left = 1 + Below(1 + Below(8)); left > 0; --left)
        {
            Damage();
        }
        m_input.resize(std::min(m_input.size(), LONGEST));
        return m_input;
    }

  private:
    uint64_t Below(uint64_t end)
    {
        return end == 0 ? 0 : m_random() % end;
    }

    void Damage()
    {
        const std::size_t at = Below(m_input.size() + 1);
        const std::size_t some = 1 + Below(16);
        switch (Below(9))
        {
        case 0: // a bit
            if (at < m_input.size())
            {
                m_input[at] = static_cast<char>(m_input[at] ^ (1 << Below(8)));
            }
            break;
        case 1: // a byte
            if (at < m_input.size())
            {
                m_input[at] = static_cast<char>(Below(256));
            }
            break;
        case 2: // a few bytes missing
            m_input.erase(at, some);
            break;
        case 3: // the end missing
            m_input.resize(at);
            break;
        case 4: // a word of the format
            m_input.insert(at, m_target.words[Below(m_target.words.size())]);
            break;
        case 5: // a word of the format over what was there
            m_input.replace(at, some, m_target.words[Below(m_target.words.size())]);
            break;
        case 6: // a part twice
            m_input.insert(Below(m_input.size() + 1), m_input.substr(at, some * 8));
            break;
        case 7: // a digit
            ChangeDigit(at);
            break;
        default: // the end of another good file
        {
            const auto& other = m_seeds[Below(m_seeds.size())];
            m_input.replace(at, std::string::npos, other.substr(Below(other.size())));
            break;
        }
        }
    }

    void ChangeDigit(std::size_t at)
    {
        const auto digit = m_input.find_first_of("0123456789", at);
        if (digit != std::string::npos)
        {
            m_input[digit] = static_cast<char>('0' + Below(10));
        }
    }

    const FuzzTarget& m_target;       ///< what the files are for
    std::mt19937_64 m_random;         ///< where damages come from
    std::vector<std::string> m_seeds; ///< good files
    std::string m_input;              ///< the present one
};

/** Feed one importer. */
void
Run(const FuzzTarget& target,
    const std::string& checkout,
    uint64_t runs,
    double limit,
    uint64_t seed)
{
    using Clock = std::chrono::steady_clock;
    constexpr uint64_t often = 1024;
    Mutator mutator(target, checkout, seed);
    const auto start = Clock::now();
    double seconds = 0;
    uint64_t done = 0;
    long half = 0;
    for (; done < runs && (limit <= 0 || seconds < limit); ++done)
    {
        if (done % often == 0)
        {
            SetAlarm(PATIENCE);
            seconds = std::chrono::duration<double>(Clock::now() - start).count();
            if (half == 0 && (done >= runs / 2 || (limit > 0 && seconds > limit / 2)))
            {
                half = ReadResidentKilobytes();
            }
        }
        const auto& input = mutator.Next();
        g_input = &input;
        target.run(input);
    }
    SetAlarm(0);
    std::cout << target.name << ": " << done << " inputs in " << seconds << " s, memory grew by "
              << ReadResidentKilobytes() - half << " KiB in the second half" << std::endl;
}

} // namespace

int
main(int argc, char* argv[])
{
    for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGVTALRM})
    {
        std::signal(signal, Fail);
    }
    const auto number = [&](int index, uint64_t otherwise)
    { return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise; };
    constexpr uint64_t many = 10'000'000;
    const std::vector<std::string> names(argv + std::min(argc, 4), argv + argc);
    for (const auto& target : GetFuzzTargets())
    {
        if (names.empty() || std::find(names.begin(), names.end(), target.name) != names.end())
        {
            Run(target, ".", number(1, many), static_cast<double>(number(2, 0)), number(3, 1));
        }
    }
    return 0;
}
