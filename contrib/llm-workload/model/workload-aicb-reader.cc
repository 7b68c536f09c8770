/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-aicb-reader.h"

#include <algorithm>

namespace ns3::workload
{

using collective::CollectiveType;

namespace
{

/// Fields of a row.
constexpr std::size_t N_FIELDS = 12;
/// No computation takes longer: 10^6 s.
constexpr uint64_t MAX_NANOSECONDS = 1'000'000'000'000'000;
/// No tensor is larger: 1 PiB.
constexpr uint64_t MAX_BYTES = 1ULL << 50;
/// No job has more ranks, groups or stages.
constexpr uint64_t MAX_RANKS = 1ULL << 20;
/// More rows than any file has.
constexpr uint64_t MAX_ROWS = 10'000'000;
/// Stop after so many errors.
constexpr uint64_t MAX_ERRORS = 20;

/** @return what a collective may be, for a message */
std::string
ExpectedCollectives()
{
    return "expected NONE, ALLREDUCE, ALLGATHER, REDUCESCATTER, ALLTOALL or BROADCAST, with _EP or "
           "_DP_EP or nothing behind it";
}

/**
 * Read a whole number that may be written with a fraction of zeros, as Python prints floats.
 *
 * @return whether it is one and not above the maximum
 */
bool
ParseWhole(const std::string& text, uint64_t maximum, uint64_t& value)
{
    const auto point = text.find('.');
    return ParseUnsigned(text.substr(0, point), maximum, value) &&
           (point == std::string::npos ||
            text.find_first_not_of('0', point + 1) == std::string::npos);
}

} // namespace

AicbReader::AicbReader(std::istream& input, const std::string& name, std::vector<Finding>& findings)
    : m_input(input),
      m_findings(findings)
{
    m_workload.file = name;
    m_repeated[ZERO_SIZE] = {
        Finding::WARNING,
        "collective of 0 bytes: left out, unless sequence parallelism is repaired (AICB writes the "
        "backward Reduce-Scatter of column-parallel layers like this, which makes the tensor "
        "traffic too small)"};
    m_repeated[NONE_WITH_SIZE] = {Finding::NOTE, "NONE with a size: the size is ignored"};
    m_repeated[BROADCAST] = {Finding::NOTE,
                             "BROADCAST: done from the first rank of the group (SimAI leaves it "
                             "out without a word)"};
    m_repeated[TRAILING_TEXT] = {Finding::NOTE, "text behind the last field is ignored"};
    m_repeated[UNMEASURED] = {Finding::NOTE,
                              "computation of 1 ns: a placeholder of the generator for what it "
                              "did not measure; taken as it is"};
}

AicbFile
AicbReader::Run()
{
    std::string line;
    const auto fail = [this](const char* message)
    {
        if (m_nErrors == 0)
        {
            m_findings.push_back({Finding::ERROR, m_workload.file, 0, 0, message});
        }
        return m_workload;
    };
    if (!ReadContentLine(line))
    {
        return fail("empty, expected a policy such as HYBRID_TRANSFORMER_FWD_IN_BCKWD");
    }
    TakeHeader(SplitFields(line, ' '));
    if (!ReadContentLine(line))
    {
        return fail("truncated: expected the number of rows in the second line");
    }
    TakeRowCount(SplitFields(line, ' '));
    while (m_nErrors < MAX_ERRORS && ReadContentLine(line))
    {
        if (m_workload.rows.size() >= MAX_ROWS)
        {
            Report(Finding::ERROR, {"", 1}, "more than 10 million rows");
            break;
        }
        TakeRow(SplitFields(line, ' '));
    }
    CheckHeader();
    CheckRows();
    return m_workload;
}

bool
AicbReader::ReadContentLine(std::string& line)
{
    while (ReadLine(m_input, line))
    {
        ++m_line;
        if (const auto nul = line.find('\0'); nul != std::string::npos)
        {
            Report(Finding::ERROR,
                   {"", static_cast<uint32_t>(nul + 1)},
                   "NUL byte: not a text file, or a damaged one");
            return false;
        }
        if (!SplitFields(line, ' ').empty())
        {
            return true;
        }
    }
    return false;
}

void
AicbReader::TakeHeader(const std::vector<Field>& fields)
{
    m_workload.policy = fields[0].text;
    if (m_workload.policy != "HYBRID_TRANSFORMER_FWD_IN_BCKWD" &&
        m_workload.policy != "HYBRID_TRANSFORMER")
    {
        Report(Finding::ERROR,
               fields[0],
               "policy " + Quote(fields[0].text) +
                   ", expected HYBRID_TRANSFORMER_FWD_IN_BCKWD or HYBRID_TRANSFORMER (only they "
                   "say which ranks form a group)");
    }
    std::size_t at = 1;
    while (at < fields.size())
    {
        at = TakeKey(fields, at);
    }
}

std::size_t
AicbReader::TakeKey(const std::vector<Field>& fields, std::size_t at)
{
    struct Key
    {
        const char* name;
        uint32_t AicbFile::*value;
    };

    static constexpr std::array<Key, 6> keys{{{"model_parallel_NPU_group:", &AicbFile::tensor},
                                              {"ep:", &AicbFile::expert},
                                              {"pp:", &AicbFile::pipeline},
                                              {"vpp:", &AicbFile::virtualPipeline},
                                              {"ga:", &AicbFile::accumulation},
                                              {"all_gpus:", &AicbFile::allGpus}}};
    const Field& name = fields[at];
    if (name.text == "checkpoints:" || name.text == "checkpoint_initiates:")
    {
        return TakeCheckpoints(fields, at, name.text == "checkpoints:");
    }
    const bool isPipelineBytes = name.text == "pp_comm:" || name.text == "pp_comm";
    const auto key =
        std::find_if(keys.begin(),
                     keys.end(),
                     [&name](const Key& candidate) { return name.text == candidate.name; });
    if (!isPipelineBytes && key == keys.end())
    {
        Report(Finding::WARNING, name, "unknown key " + Quote(name.text) + " is ignored");
        return at + 1;
    }
    if (at + 1 == fields.size())
    {
        Report(Finding::ERROR, name, "truncated: no value behind " + Quote(name.text));
        return at + 1;
    }
    const Field& value = fields[at + 1];
    if (isPipelineBytes)
    {
        TakePipelineBytes(value);
        return at + 2;
    }
    uint64_t number = 0;
    if (!ParseUnsigned(value.text, MAX_RANKS, number) || number == 0)
    {
        Report(Finding::ERROR,
               value,
               "expected a whole number from 1 to 1048576 behind " + name.text + ", got " +
                   Quote(value.text));
        return at + 2;
    }
    m_workload.*(key->value) = static_cast<uint32_t>(number);
    if (key == keys.begin())
    {
        m_tensorField = {value.text, value.column};
    }
    return at + 2;
}

std::size_t
AicbReader::TakeCheckpoints(const std::vector<Field>& fields, std::size_t at, bool isCount)
{
    uint64_t number = 0;
    if (at + 1 == fields.size() || !ParseUnsigned(fields[at + 1].text, MAX_ROWS, number))
    {
        Report(
            Finding::ERROR, fields[at], "expected a whole number behind " + Quote(fields[at].text));
        return at + 2;
    }
    if (isCount)
    {
        m_workload.checkpoints = number;
    }
    if (number > 0)
    {
        Report(Finding::WARNING,
               fields[at],
               "activation checkpoints are not imported: nothing is computed again");
    }
    // The numbers of the layers follow.
    std::size_t next = at + 2;
    uint64_t layer = 0;
    for (uint64_t i = 0;
         i < number && next < fields.size() && ParseUnsigned(fields[next].text, UINT64_MAX, layer);
         ++i)
    {
        ++next;
    }
    return next;
}

void
AicbReader::TakePipelineBytes(const Field& field)
{
    uint64_t number = 0;
    if (!ParseWhole(field.text, MAX_BYTES, number))
    {
        Report(Finding::ERROR,
               field,
               "expected a number of bytes up to 2^50 behind pp_comm, got " + Quote(field.text));
        return;
    }
    m_workload.pipelineBytes = number;
}

void
AicbReader::TakeRowCount(const std::vector<Field>& fields)
{
    m_countLine = m_line;
    if (fields.size() != 1 || !ParseUnsigned(fields[0].text, MAX_ROWS, m_rowCount))
    {
        Report(Finding::ERROR,
               fields[0],
               "expected the number of rows, up to 10 million, alone in its line, got " +
                   Quote(fields[0].text));
    }
}

void
AicbReader::TakeRow(const std::vector<Field>& fields)
{
    if (fields.size() < N_FIELDS)
    {
        Report(Finding::ERROR,
               fields.back(),
               "row of " + std::to_string(fields.size()) +
                   " fields, expected 12: truncated, or not a row");
        return;
    }
    AicbFile::Row row;
    row.line = m_line;
    row.name = fields[0].text.substr(0, 64);
    for (std::size_t phase = 0; phase < AicbFile::N_PHASES; ++phase)
    {
        if (!TakeWork(fields, 2 + 3 * phase, static_cast<AicbFile::Phase>(phase), row.works[phase]))
        {
            return;
        }
    }
    if (!ParseUnsigned(fields[11].text, MAX_NANOSECONDS, row.updateNs))
    {
        Report(Finding::ERROR,
               fields[11],
               "expected whole nanoseconds up to 10^15, got " + Quote(fields[11].text));
        return;
    }
    if (fields.size() > N_FIELDS)
    {
        Count(TRAILING_TEXT, fields[N_FIELDS]);
    }
    m_workload.rows.push_back(std::move(row));
}

bool
AicbReader::TakeWork(const std::vector<Field>& fields,
                     std::size_t at,
                     AicbFile::Phase phase,
                     AicbFile::Work& work)
{
    if (!ParseUnsigned(fields[at].text, MAX_NANOSECONDS, work.computeNs))
    {
        Report(Finding::ERROR,
               fields[at],
               "expected whole nanoseconds up to 10^15, got " + Quote(fields[at].text));
        return false;
    }
    if (!TakeCollective(fields[at + 1], phase, work))
    {
        return false;
    }
    if (!ParseUnsigned(fields[at + 2].text, MAX_BYTES, work.bytes))
    {
        Report(Finding::ERROR,
               fields[at + 2],
               "expected whole bytes up to 2^50, got " + Quote(fields[at + 2].text));
        return false;
    }
    if (work.computeNs == 1)
    {
        Count(UNMEASURED, fields[at]);
    }
    if (!work.type && work.bytes > 0)
    {
        Count(NONE_WITH_SIZE, fields[at + 2]);
        work.bytes = 0;
    }
    if (work.type && work.bytes == 0)
    {
        Count(ZERO_SIZE, fields[at + 2]);
    }
    return true;
}

bool
AicbReader::TakeCollective(const Field& field, AicbFile::Phase phase, AicbFile::Work& work)
{
    struct Name
    {
        const char* text;
        std::optional<CollectiveType> type;
    };

    static const std::array<Name, 6> names{{{"NONE", std::nullopt},
                                            {"ALLREDUCE", CollectiveType::ALL_REDUCE},
                                            {"ALLGATHER", CollectiveType::ALL_GATHER},
                                            {"REDUCESCATTER", CollectiveType::REDUCE_SCATTER},
                                            {"ALLTOALL", CollectiveType::ALL_TO_ALL},
                                            {"BROADCAST", CollectiveType::BROADCAST}}};
    for (const auto& name : names)
    {
        const std::string text(name.text);
        if (field.text.compare(0, text.size(), text) != 0)
        {
            continue;
        }
        const std::string suffix = field.text.substr(text.size());
        if (suffix.empty())
        {
            work.group = phase == AicbFile::WEIGHT_GRADIENT ? AicbFile::DATA : AicbFile::TENSOR;
        }
        else if (suffix == "_EP")
        {
            work.group = AicbFile::EXPERT;
        }
        else if (suffix == "_DP_EP")
        {
            work.group = AicbFile::DATA_OF_EXPERTS;
        }
        else
        {
            break;
        }
        work.type = name.type;
        if (work.type == CollectiveType::BROADCAST)
        {
            Count(BROADCAST, field);
        }
        return true;
    }
    Report(Finding::ERROR,
           field,
           "unknown collective " + Quote(field.text) + ", " + ExpectedCollectives());
    return false;
}

void
AicbReader::CheckHeader()
{
    const auto& header = m_workload;
    if (header.allGpus > 0 && header.allGpus % header.tensor != 0)
    {
        m_findings.push_back({Finding::ERROR,
                              header.file,
                              1,
                              m_tensorField.column,
                              "all_gpus " + std::to_string(header.allGpus) +
                                  " is not a multiple of model_parallel_NPU_group " +
                                  std::to_string(header.tensor)});
    }
    if (m_tensorField.column == 0 && m_nErrors == 0)
    {
        m_findings.push_back({Finding::WARNING,
                              header.file,
                              1,
                              0,
                              "no model_parallel_NPU_group: every rank is its own tensor group"});
    }
    if (header.pipeline > 1)
    {
        m_findings.push_back({Finding::WARNING,
                              header.file,
                              1,
                              0,
                              "pp: " + std::to_string(header.pipeline) +
                                  ": the rows are those of one stage and say nothing of messages "
                                  "between stages; all stages run side by side, without bubble"});
    }
}

void
AicbReader::CheckRows()
{
    if (m_nErrors == 0 && m_workload.rows.empty())
    {
        m_findings.push_back({Finding::ERROR, m_workload.file, 0, 0, "truncated: no rows"});
    }
    else if (m_nErrors == 0 && m_rowCount != m_workload.rows.size())
    {
        m_findings.push_back({Finding::WARNING,
                              m_workload.file,
                              m_countLine,
                              0,
                              "says " + std::to_string(m_rowCount) + " rows, but there are " +
                                  std::to_string(m_workload.rows.size()) +
                                  ": those that are there are used"});
    }
    for (const auto& repeated : m_repeated)
    {
        if (repeated.count > 0)
        {
            m_findings.push_back(
                {repeated.severity,
                 m_workload.file,
                 repeated.line,
                 repeated.column,
                 repeated.message + (repeated.count > 1 ? "; " + std::to_string(repeated.count) +
                                                              " times in the file"
                                                        : "")});
        }
    }
}

void
AicbReader::Count(Kind kind, const Field& field)
{
    auto& repeated = m_repeated[kind];
    if (repeated.count++ == 0)
    {
        repeated.line = m_line;
        repeated.column = field.column;
    }
}

void
AicbReader::Report(Finding::Severity severity, const Field& field, const std::string& message)
{
    m_nErrors += severity == Finding::ERROR;
    m_findings.push_back({severity, m_workload.file, m_line, field.column, message});
}

AicbFile
AicbFile::Read(std::istream& input, const std::string& name, std::vector<Finding>& findings)
{
    return AicbReader(input, name, findings).Run();
}

} // namespace ns3::workload
