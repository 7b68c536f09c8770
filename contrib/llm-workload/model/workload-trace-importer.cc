/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-trace-importer.h"

#include "workload-aicb-job.h"
#include "workload-chakra-reader.h"
#include "workload-goal-reader.h"
#include "workload-kineto-importer.h"
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
    {"chakra", "Chakra execution trace, binary, a file for each rank"},
    {"chakra-json", "the same as JSON"},
    {"kineto", "Kineto trace (torch.profiler) of each rank, or of one"},
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

/** @return whether a file begins like a binary Chakra trace: a short length, then GlobalMetadata */
bool
IsChakra(const std::string& begin)
{
    std::size_t at = 0;
    uint64_t length = 0;
    for (int shift = 0; at < begin.size() && shift < 35; shift += 7)
    {
        const auto byte = static_cast<uint8_t>(begin[at++]);
        length |= uint64_t{byte & 0x7fU} << shift;
        if (byte < 0x80)
        {
            break;
        }
    }
    // Field 1, the version: a short text such as 0.0.4; or field 2, an attribute, whose field 1 is
    // its name.
    constexpr char version = 0x0a;
    constexpr char attribute = 0x12;
    const std::string rest = begin.substr(std::min(at, begin.size()));
    if (length < 2 || rest.size() < 4)
    {
        return false;
    }
    if (rest[0] == version)
    {
        constexpr std::size_t longest = 32;
        const auto size = static_cast<uint8_t>(rest[1]);
        return size < longest && size + 2U <= length &&
               rest.find_first_not_of("0123456789.", 2) >= size + 2U;
    }
    return rest[0] == attribute && (rest[2] == version || rest[3] == version);
}

/** @return the format of a text that is JSON */
std::string
DetectJson(const std::string& begin)
{
    const auto has = [&begin](const char* key) { return begin.find(key) != std::string::npos; };
    if (has("\"workload_graph\"") || has("\"NodeType\"") || has("\"COMP_NODE\"") || has("_NODE\""))
    {
        return "chakra-json";
    }
    if (has("\"traceEvents\"") || has("\"traceName\"") || has("\"deviceProperties\"") ||
        (has("\"ph\"") && has("\"ts\"")))
    {
        return "kineto";
    }
    return "";
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
        else if (m_result.format == "chakra" || m_result.format == "chakra-json")
        {
            ReadChakra();
        }
        else if (m_result.format == "kineto")
        {
            ReadKineto();
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
        options.nRanks = workload.allGpus > 0   ? workload.allGpus
                         : m_options.nRanks > 0 ? m_options.nRanks
                                                : m_options.nAccelerators;
        options.repairSequenceParallel = m_options.repairSequenceParallel;
        auto job = BuildAicbJob(workload, options, m_result.findings);
        if (!HasError(m_result.findings))
        {
            m_result.job = std::make_shared<JobGraph>(std::move(job));
        }
    }

    void ReadChakra()
    {
        FindingLog log;
        ChakraOptions options = m_options.chakra;
        options.nRanks = m_options.nRanks;
        if (!m_options.groupFile.empty())
        {
            log.SetFile(m_options.groupFile);
            const auto stream = TraceFile(m_options.groupFile).Open();
            options.groups = ReadGroupFile(*stream, log);
        }
        const bool isJson = m_result.format == "chakra-json";
        ChakraImporter importer(options, log);
        for (std::size_t i = 0; i < m_files.size() && !log.IsFull(); ++i)
        {
            const std::string& name = m_files[i].GetName();
            const uint32_t said = GetRankOfName(name);
            importer.BeginRank(name, isJson, said == UINT32_MAX ? static_cast<uint32_t>(i) : said);
            const auto stream = m_files[i].Open();
            const auto take = [&importer](const ChakraNode& node) { return importer.Add(node); };
            (isJson ? ReadChakraJson : ReadChakraBinary)(*stream, log, take);
            CheckStream(i, *stream);
            importer.EndRank();
        }
        Trace trace = importer.Finish();
        Finish(trace, log);
    }

    void ReadKineto()
    {
        FindingLog log;
        std::vector<TraceFile> executions;
        if (!m_options.executionTraces.empty())
        {
            std::string error;
            executions = FindTraceFiles(m_options.executionTraces, error);
            if (error.empty() && executions.size() != m_files.size())
            {
                error = m_options.executionTraces + ": " + std::to_string(executions.size()) +
                        " files, expected one for each of the " + std::to_string(m_files.size()) +
                        " Kineto traces";
            }
            if (!error.empty())
            {
                Fail(0, error);
                return;
            }
        }
        KinetoImporter importer(m_options.nRanks, log);
        for (std::size_t i = 0; i < m_files.size() && !log.IsFull(); ++i)
        {
            log.SetFile(m_files[i].GetName());
            const auto stream = m_files[i].Open();
            KinetoFile kineto = KinetoFile::Read(*stream, log);
            CheckStream(i, *stream);
            std::vector<NcclCall> calls;
            if (!executions.empty())
            {
                log.SetFile(executions[i].GetName());
                calls = ReadPyTorchCalls(*executions[i].Open(), log);
            }
            importer.AddRank(m_files[i].GetName(), std::move(kineto), calls);
        }
        Trace trace = importer.Finish();
        Finish(trace, log);
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
    if (IsChakra(begin))
    {
        return "chakra";
    }
    const std::string word = FirstWord(begin);
    if (word[0] == '{' || word[0] == '[')
    {
        return DetectJson(begin);
    }
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
