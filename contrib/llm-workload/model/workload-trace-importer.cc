/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-trace-importer.h"

#include "workload-aicb-job.h"
#include "workload-goal-reader.h"
#include "workload-message-list-reader.h"
#include "workload-trace.h"

#include <algorithm>

namespace ns3::workload
{

namespace
{

/** A format. */
struct Format
{
    const char* name; ///< as the user writes it
    const char* help; ///< what it is
};

constexpr Format FORMATS[] = {
    {"auto", "found out from the content"},
    {"csv", "list of messages: columns src,dst,bytes and perhaps start,id,after,delay"},
    {"goal", "GOAL of LogGOPSim and ATLAHS, text"},
    {"goal-binary", "the same, binary"},
    {"aicb", "workload of AICB or SimAI"},
};

/// So much of a file is looked at to find out its format.
constexpr std::size_t PEEK = 64 * 1024;

/** @return the first word of a text, without blanks and comments before it */
std::string
FirstWord(const std::string& text)
{
    std::size_t at = 0;
    for (;;)
    {
        at = text.find_first_not_of(" \t\r\n", at);
        if (at == std::string::npos)
        {
            return "";
        }
        const bool isBlock = text.compare(at, 2, "/*") == 0;
        if (!isBlock && text.compare(at, 2, "//") != 0 && text[at] != '#')
        {
            return text.substr(at, text.find_first_of(" \t\r\n", at) - at);
        }
        const auto end = text.find(isBlock ? "*/" : "\n", at + 1);
        if (end == std::string::npos)
        {
            return "";
        }
        at = end + (isBlock ? 2 : 1);
    }
}

/** One import, as it goes. */
class Import
{
  public:
    Import(const std::vector<TraceFile>& files, const TraceOptions& options)
        : m_files(files),
          m_options(options)
    {
        for (const auto& file : files)
        {
            m_result.files.push_back(file.GetName());
        }
    }

    ImportedTrace Run()
    {
        m_result.format = m_options.format == "auto"
                              ? TraceImporter::DetectFormat(m_files.front().Peek(PEEK))
                              : m_options.format;
        if (m_result.format.empty())
        {
            Fail(0, "the format is none that is known: say it with --format");
        }
        else if (m_result.format == "aicb")
        {
            ReadAicb();
        }
        else if (ExpectOneFile())
        {
            ReadOne();
        }
        return std::move(m_result);
    }

  private:
    void Fail(std::size_t file, const std::string& message)
    {
        m_result.findings.push_back({Finding::ERROR, m_files[file].GetName(), 0, 0, message});
    }

    bool ExpectOneFile()
    {
        if (m_files.size() == 1)
        {
            return true;
        }
        Fail(1,
             "another file: a trace of the format " + m_result.format +
                 " is one file, but there are " + std::to_string(m_files.size()));
        return false;
    }

    /** Say what is wrong with a compressed file. */
    void CheckStream(std::size_t file, const InflatingStream& stream)
    {
        if (!stream.GetError().empty())
        {
            Fail(file, stream.GetError());
        }
    }

    void ReadAicb()
    {
        if (!ExpectOneFile())
        {
            return;
        }
        const auto stream = m_files[0].Open();
        const auto workload = AicbFile::Read(*stream, m_files[0].GetName(), m_result.findings);
        CheckStream(0, *stream);
        if (HasError(m_result.findings))
        {
            return;
        }
        AicbOptions options;
        options.nRanks = workload.allGpus > 0 ? workload.allGpus : m_options.nRanks;
        options.repairSequenceParallel = m_options.repairSequenceParallel;
        auto job = BuildAicbJob(workload, options, m_result.findings);
        if (!HasError(m_result.findings))
        {
            m_result.job = std::make_shared<JobGraph>(std::move(job));
        }
    }

    void ReadOne()
    {
        const auto& file = m_files[0];
        const auto stream = file.Open();
        FindingLog log;
        log.SetFile(file.GetName());
        Trace trace = m_result.format == "csv"    ? ReadMessageList(*stream, log)
                      : m_result.format == "goal" ? ReadGoalText(*stream, log)
                                                  : ReadGoalBinary(*stream, log);
        CheckStream(0, *stream);
        Finish(trace, log);
    }

    /** Check what was read, and make the job of it. */
    void Finish(Trace& trace, FindingLog& log)
    {
        if (!log.HasError())
        {
            CheckTrace(trace, log);
        }
        for (auto& finding : log.Take())
        {
            m_result.findings.push_back(std::move(finding));
        }
        if (!HasError(m_result.findings))
        {
            m_result.job = std::make_shared<JobGraph>(BuildTraceJob(trace));
        }
    }

    const std::vector<TraceFile>& m_files; ///< what is read
    const TraceOptions& m_options;         ///< how
    ImportedTrace m_result;                ///< what comes out
};

} // namespace

std::vector<std::string>
TraceImporter::GetFormats()
{
    std::vector<std::string> names;
    for (const auto& format : FORMATS)
    {
        names.emplace_back(format.name);
    }
    return names;
}

std::string
TraceImporter::GetHelpText()
{
    std::string text = "Formats of traces:\n";
    for (const auto& format : FORMATS)
    {
        text += std::string("    ") + format.name + ": " + format.help + "\n";
    }
    return text;
}

ImportedTrace
TraceImporter::Import(const std::string& path, const TraceOptions& options)
{
    ImportedTrace result;
    std::string error;
    const auto files = FindTraceFiles(path, error);
    if (!error.empty())
    {
        const auto colon = error.find(": ");
        result.findings.push_back(
            {Finding::ERROR, error.substr(0, colon), 0, 0, error.substr(colon + 2)});
        return result;
    }
    return workload::Import(files, options).Run();
}

std::string
TraceImporter::DetectFormat(const std::string& begin)
{
    uint64_t first = 0;
    for (std::size_t i = 0; i < sizeof(first) && i < begin.size(); ++i)
    {
        first |= uint64_t{static_cast<uint8_t>(begin[i])} << 8 * i;
    }
    if (begin.size() >= sizeof(first) && first == GOAL_MAGIC)
    {
        return "goal-binary";
    }
    const std::string word = FirstWord(begin);
    if (word == "num_ranks")
    {
        return "goal";
    }
    for (const char* const policy : {"HYBRID_", "DATA", "MODEL", "MICRO", "DISTRIBUTED_INFERENCE"})
    {
        if (word.rfind(policy, 0) == 0)
        {
            return "aicb";
        }
    }
    const std::string line = word.substr(0, word.find('\n'));
    return line.find(',') != std::string::npos && line.find("src") != std::string::npos ? "csv"
                                                                                        : "";
}

} // namespace ns3::workload
