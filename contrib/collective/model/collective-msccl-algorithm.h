/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_MSCCL_ALGORITHM_H
#define COLLECTIVE_MSCCL_ALGORITHM_H

#include "collective-algorithm.h"
#include "collective-msccl-program.h"

#include <string>

namespace ns3::collective
{

/**
 * @ingroup collective
 * A collective as a file in MSCCL's format says (MscclProgram). As in MSCCL the program is for one
 * number of ranks, a range of sizes, and sizes that are a multiple of its number of chunks; what
 * else is asked for, Otherwise does.
 *
 * Messages go by the protocol that the file names, unless Protocol is set.
 */
class MscclAlgorithm : public Algorithm
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @return number of ranks that the program is for, 0 if it has errors */
    uint32_t GetNRanks() const;

  protected:
    void DoDispose() override;

  private:
    bool DoSupports(CollectiveType type) const override;
    std::string DoCheck() const override;
    std::unique_ptr<Schedule> DoBuild(const Communicator& communicator,
                                      const Operation& operation,
                                      uint32_t rank) const override;
    Plan DoPrepare(const Communicator& communicator,
                   const Operation& operation,
                   uint32_t rank) const override;

    /** Setter of File: reads and checks it. */
    void SetFile(std::string name);
    /** Getter of File. */
    std::string GetFile() const;

    /** @return whether the program is for an operation */
    bool Fits(const Communicator& communicator, const Operation& operation) const;

    /** @return how messages go */
    Ptr<const Protocol> ChooseProtocol() const;

    /** @return how often the program is executed for a buffer */
    uint64_t GetNPasses(uint64_t bytes) const;

    std::string m_file;          ///< name
    std::string m_error;         ///< what is wrong with it
    MscclProgram m_program;      ///< what is in it
    uint64_t m_messageSize;      ///< largest message, bytes
    Ptr<Protocol> m_ownProtocol; ///< that the file names
    Ptr<Algorithm> m_otherwise;  ///< for what the program is not for
};

} // namespace ns3::collective

#endif /* COLLECTIVE_MSCCL_ALGORITHM_H */
