/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-msccl-algorithm.h"

#include "collective-ll-protocol.h"
#include "collective-ll128-protocol.h"
#include "collective-msccl-schedule.h"
#include "collective-simple-protocol.h"

#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(MscclAlgorithm);

namespace
{

/** @return size of the longest list of steps of a connection, and the most chunks of a step */
std::pair<uint64_t, uint64_t>
GetExtent(const MscclProgram& program)
{
    std::size_t nSteps = 1;
    uint32_t nChunks = 1;
    for (const auto& rank : program.ranks)
    {
        for (const auto& block : rank.blocks)
        {
            nSteps = std::max(nSteps, block.steps.size());
            for (const auto& step : block.steps)
            {
                nChunks = std::max(nChunks, step.count);
            }
        }
    }
    return {nSteps, nChunks};
}

} // namespace

TypeId
MscclAlgorithm::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::MscclAlgorithm")
            .SetParent<Algorithm>()
            .SetGroupName("Collective")
            .AddConstructor<MscclAlgorithm>()
            .AddAttribute("File",
                          "Name of a file in MSCCL's XML format, relative to the directory that "
                          "the program runs in.",
                          StringValue(""),
                          MakeStringAccessor(&MscclAlgorithm::SetFile, &MscclAlgorithm::GetFile),
                          MakeStringChecker())
            .AddAttribute("MessageSize",
                          "Largest message, bytes: where a step has more, the whole program is "
                          "executed on parts of the chunks, one after the other (default: a slot "
                          "of NCCL's 4 MiB buffer). A protocol may set a lower limit.",
                          UintegerValue(524288),
                          MakeUintegerAccessor(&MscclAlgorithm::m_messageSize),
                          MakeUintegerChecker<uint64_t>(1))
            .AddAttribute("Otherwise",
                          "What does the collective where the program is for another number of "
                          "ranks or other sizes: a collective::Algorithm.",
                          StringValue("ns3::collective::RingLibrary"),
                          MakePointerAccessor(&MscclAlgorithm::m_otherwise),
                          MakePointerChecker<Algorithm>());
    return tid;
}

void
MscclAlgorithm::DoDispose()
{
    m_ownProtocol = nullptr;
    m_otherwise = nullptr;
    Algorithm::DoDispose();
}

void
MscclAlgorithm::SetFile(std::string name)
{
    m_file = std::move(name);
    m_error.clear();
    m_program = {};
    if (m_file.empty())
    {
        return;
    }
    std::ifstream file(m_file, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
    {
        m_error = m_file + ": the file cannot be read";
        return;
    }
    std::vector<TextError> errors;
    m_program = MscclProgram::Read(text.str(), errors);
    if (errors.empty())
    {
        m_program.Check(errors);
    }
    for (const auto& error : errors)
    {
        m_error += (m_error.empty() ? "" : "\n") + error.Format(m_file);
    }
    if (m_program.protocol == "LL")
    {
        m_ownProtocol = CreateObject<LlProtocol>();
    }
    else if (m_program.protocol == "LL128")
    {
        m_ownProtocol = CreateObject<Ll128Protocol>();
    }
    else
    {
        m_ownProtocol = CreateObject<SimpleProtocol>();
    }
}

std::string
MscclAlgorithm::GetFile() const
{
    return m_file;
}

uint32_t
MscclAlgorithm::GetNRanks() const
{
    return m_error.empty() ? m_program.ranks.size() : 0;
}

bool
MscclAlgorithm::DoSupports(CollectiveType type) const
{
    return m_error.empty() && !m_file.empty() && type == m_program.type;
}

std::string
MscclAlgorithm::DoCheck() const
{
    if (m_file.empty())
    {
        return "MscclAlgorithm needs a File";
    }
    if (!m_error.empty())
    {
        return m_error;
    }
    if (!m_otherwise->Supports(m_program.type))
    {
        return "Otherwise: " + m_otherwise->GetInstanceTypeId().GetName() + " does no " +
               GetTypeName(m_program.type);
    }
    return m_otherwise->Check();
}

bool
MscclAlgorithm::Fits(const Communicator& communicator, const Operation& operation) const
{
    return communicator.GetSize() == m_program.ranks.size() &&
           operation.bytes >= m_program.minBytes && operation.bytes <= m_program.maxBytes &&
           operation.bytes % m_program.nChunks == 0;
}

Ptr<const Protocol>
MscclAlgorithm::ChooseProtocol() const
{
    const auto protocol = GetProtocol();
    return protocol ? protocol : Ptr<const Protocol>(m_ownProtocol);
}

uint64_t
MscclAlgorithm::GetNPasses(uint64_t bytes) const
{
    const auto protocol = ChooseProtocol();
    const auto [nSteps, nChunks] = GetExtent(m_program);
    const uint64_t limit = std::min(m_messageSize, protocol->GetMessageSize());
    const uint64_t largest = bytes / m_program.nChunks * nChunks;
    const uint64_t wanted = largest / limit + (largest % limit != 0 ? 1 : 0);
    // Steps have keys, and a step may send and receive.
    return std::clamp<uint64_t>(wanted, 1, std::max<uint64_t>(MAX_KEYS / nSteps, 1));
}

std::unique_ptr<Schedule>
MscclAlgorithm::DoBuild(const Communicator& communicator,
                        const Operation& operation,
                        uint32_t rank) const
{
    if (!Fits(communicator, operation))
    {
        return m_otherwise->Build(communicator, operation, rank);
    }
    return std::make_unique<MscclSchedule>(
        m_program, rank, operation.bytes, GetNPasses(operation.bytes));
}

Plan
MscclAlgorithm::DoPrepare(const Communicator& communicator,
                          const Operation& operation,
                          uint32_t rank) const
{
    if (!Fits(communicator, operation))
    {
        return m_otherwise->Prepare(communicator, operation, rank);
    }
    uint32_t nChannels = 1;
    for (const auto& block : m_program.ranks[rank].blocks)
    {
        nChannels = std::max(nChannels, block.channel + 1);
    }
    return {DoBuild(communicator, operation, rank),
            ChooseProtocol(),
            GetInstanceTypeId().GetName(),
            nChannels,
            nullptr};
}

} // namespace ns3::collective
