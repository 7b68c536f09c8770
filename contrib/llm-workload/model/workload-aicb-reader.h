/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_AICB_READER_H
#define WORKLOAD_AICB_READER_H

#include "workload-aicb-file.h"
#include "workload-text-fields.h"

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Reads one AICB workload. Used by AicbFile::Read.
 */
class AicbReader
{
  public:
    /**
     * @param input the text
     * @param name name of the file
     * @param [out] findings where to report
     */
    AicbReader(std::istream& input, const std::string& name, std::vector<Finding>& findings);

    /** @return the workload; to be called once */
    AicbFile Run();

  private:
    /** Something that many rows may show: told of once, with the number of times. */
    struct Repeated
    {
        Finding::Severity severity; ///< what it means
        std::string message;        ///< what it is and what will be done
        uint32_t line{0};           ///< first time: line
        uint32_t column{0};         ///< first time: column
        uint64_t count{0};          ///< how often
    };

    /// What many rows may show.
    enum Kind : uint8_t
    {
        ZERO_SIZE,
        NONE_WITH_SIZE,
        BROADCAST,
        TRAILING_TEXT,
        UNMEASURED,
        N_KINDS
    };

    bool ReadContentLine(std::string& line);
    void TakeHeader(const std::vector<Field>& fields);
    /** @return index of the first token that does not belong to the key */
    std::size_t TakeKey(const std::vector<Field>& fields, std::size_t at);
    std::size_t TakeCheckpoints(const std::vector<Field>& fields, std::size_t at, bool isCount);
    void TakePipelineBytes(const Field& field);
    void TakeRowCount(const std::vector<Field>& fields);
    void TakeRow(const std::vector<Field>& fields);
    bool TakeWork(const std::vector<Field>& fields,
                  std::size_t at,
                  AicbFile::Phase phase,
                  AicbFile::Work& work);
    bool TakeCollective(const Field& field, AicbFile::Phase phase, AicbFile::Work& work);
    void CheckHeader();
    void CheckRows();
    void Count(Kind kind, const Field& field);
    void Report(Finding::Severity severity, const Field& field, const std::string& message);

    std::istream& m_input;                    ///< the text
    std::vector<Finding>& m_findings;         ///< where to report
    AicbFile m_workload;                      ///< what was read
    uint32_t m_line{0};                       ///< line being read
    uint32_t m_countLine{0};                  ///< line of the row count
    uint64_t m_rowCount{0};                   ///< rows that the file says it has
    uint64_t m_nErrors{0};                    ///< errors so far
    Field m_tensorField;                      ///< where the tensor size stands
    std::array<Repeated, N_KINDS> m_repeated; ///< by kind
};

} // namespace ns3::workload

#endif /* WORKLOAD_AICB_READER_H */
