/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-nccl-library.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/fabric-compat.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(NcclLibrary);

TypeId
NcclLibrary::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::NcclLibrary")
            .SetParent<Library>()
            .SetGroupName("Collective")
            .AddConstructor<NcclLibrary>()
            .AddAttribute("Accelerator",
                          "Generation of the accelerators, whose constants the model takes.",
                          EnumValue(NcclModel::HOPPER),
                          fabric::compat::MakeEnumAccessorFor<NcclModel::Generation>(
                              &NcclLibrary::m_generation),
                          MakeEnumChecker(NcclModel::VOLTA,
                                          "Volta",
                                          NcclModel::AMPERE,
                                          "Ampere",
                                          NcclModel::HOPPER,
                                          "Hopper",
                                          NcclModel::BLACKWELL,
                                          "Blackwell"))
            .AddAttribute("ChannelsPerRing",
                          "Channels that use the same ring, 1 to 8 (default: NCCL doubles the "
                          "channels that its search finds); 64 channels are used at most.",
                          UintegerValue(2),
                          MakeUintegerAccessor(&NcclLibrary::m_channelsPerRing),
                          MakeUintegerChecker<uint32_t>(1, 8))
            .AddAttribute("Exchanges",
                          "Exchanges of an all-to-all that are under way at once (default: the "
                          "sends and receives that NCCL puts into one batch).",
                          UintegerValue(8),
                          MakeUintegerAccessor(&NcclLibrary::m_exchanges),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("Pxn",
                          "Whether all-to-alls keep to rails where servers have several ranks, all "
                          "as many (default: as NCCL with NCCL_PXN_DISABLE=0).",
                          BooleanValue(true),
                          MakeBooleanAccessor(&NcclLibrary::m_pxn),
                          MakeBooleanChecker())
            .AddAttribute("Nvls",
                          "Whether the scale-up switch of a server is a candidate, from Hopper on "
                          "(default: NCCL_NVLS_ENABLE, which is on where the accelerators can).",
                          BooleanValue(true),
                          MakeBooleanAccessor(&NcclLibrary::m_nvls),
                          MakeBooleanChecker())
            .AddAttribute("CollNet",
                          "Whether all-reduces by the switches between servers (SHARP) are a "
                          "candidate (default: NCCL_COLLNET_ENABLE, which is off).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&NcclLibrary::m_collNet),
                          MakeBooleanChecker())
            .AddAttribute("ExchangeLlThreshold",
                          "Largest part of an all-to-all that goes by LL, bytes (default: "
                          "NCCL_P2P_LL_THRESHOLD).",
                          UintegerValue(16384),
                          MakeUintegerAccessor(&NcclLibrary::m_exchangeLlThreshold),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("Ll",
                          "The protocol for the smallest buffers.",
                          StringValue("ns3::collective::LlProtocol"),
                          MakePointerAccessor(&NcclLibrary::SetProtocol<NcclModel::LL>,
                                              &NcclLibrary::GetProtocol<NcclModel::LL>),
                          MakePointerChecker<Protocol>())
            .AddAttribute("Ll128",
                          "The protocol for those between.",
                          StringValue("ns3::collective::Ll128Protocol"),
                          MakePointerAccessor(&NcclLibrary::SetProtocol<NcclModel::LL128>,
                                              &NcclLibrary::GetProtocol<NcclModel::LL128>),
                          MakePointerChecker<Protocol>())
            .AddAttribute("Simple",
                          "The protocol for the largest buffers.",
                          StringValue("ns3::collective::SimpleProtocol"),
                          MakePointerAccessor(&NcclLibrary::SetProtocol<NcclModel::SIMPLE>,
                                              &NcclLibrary::GetProtocol<NcclModel::SIMPLE>),
                          MakePointerChecker<Protocol>());
    return tid;
}

void
NcclLibrary::DoDispose()
{
    m_protocols.fill(nullptr);
    Library::DoDispose();
}

template <NcclModel::NcclProtocol PROTOCOL>
void
NcclLibrary::SetProtocol(Ptr<Protocol> protocol)
{
    m_protocols[PROTOCOL] = protocol;
}

template <NcclModel::NcclProtocol PROTOCOL>
Ptr<Protocol>
NcclLibrary::GetProtocol() const
{
    return m_protocols[PROTOCOL];
}

Library::Choice
NcclLibrary::DoChoose(const Communicator& communicator, const Operation& operation) const
{
    return operation.type < CollectiveType::ALL_TO_ALL ? ChooseBest(communicator, operation, true)
                                                       : ChooseExchange(communicator, operation);
}

Library::Choice
NcclLibrary::DoChooseOtherwise(const Communicator& communicator, const Operation& operation) const
{
    return ChooseBest(communicator, operation, false);
}

Library::Choice
NcclLibrary::ChooseBest(const Communicator& communicator,
                        const Operation& operation,
                        bool bySwitches) const
{
    Choice best;
    std::vector<NcclModel::NcclAlgorithm> candidates{
        NcclModel::RING, NcclModel::TREE, NcclModel::PAT};
    if (bySwitches && m_nvls && communicator.GetRates().scaleUp > 0)
    {
        candidates.push_back(NcclModel::NVLS);
    }
    if (bySwitches && m_collNet)
    {
        candidates.push_back(NcclModel::COLLNET);
    }
    const uint32_t nChannels = std::min(communicator.GetNRings() * m_channelsPerRing, 64U);
    const NcclModel model(communicator, nChannels, m_generation);
    best.seconds = std::numeric_limits<double>::infinity();
    for (const auto algorithm : candidates)
    {
        for (const auto protocol : {NcclModel::LL, NcclModel::LL128, NcclModel::SIMPLE})
        {
            const double seconds =
                model.GetSeconds(operation.type, algorithm, protocol, operation.bytes);
            if (!IsCandidate(protocol) || seconds >= best.seconds)
            {
                continue;
            }
            best.seconds = seconds;
            best.protocol = m_protocols[protocol];
            const bool bySwitch = algorithm == NcclModel::NVLS || algorithm == NcclModel::COLLNET;
            best.nChannels =
                bySwitch ? 0 : model.GetNChannels(algorithm, protocol, operation.bytes);
            best.algorithm = bySwitch ? "InNetwork" : GetName(operation.type, algorithm);
            best.scheme = algorithm == NcclModel::NVLS      ? "ns3::cluster::ScaleUpReduction"
                          : algorithm == NcclModel::COLLNET ? "ns3::rdma::SharpReduction"
                                                            : "";
        }
    }
    if (const auto only = Algorithm::GetProtocol())
    {
        best.protocol = only;
    }
    return best;
}

std::string
NcclLibrary::GetName(CollectiveType type, NcclModel::NcclAlgorithm algorithm)
{
    switch (type)
    {
    case CollectiveType::ALL_REDUCE:
        return algorithm == NcclModel::TREE ? "DoubleTreeAllReduce" : "RingAllReduce";
    case CollectiveType::REDUCE_SCATTER:
        return algorithm == NcclModel::PAT ? "BruckReduceScatter" : "RingReduceScatter";
    case CollectiveType::ALL_GATHER:
        return algorithm == NcclModel::PAT ? "BruckAllGather" : "RingAllGather";
    case CollectiveType::BROADCAST:
        return "RingBroadcast";
    default:
        return "RingReduce";
    }
}

Library::Choice
NcclLibrary::ChooseExchange(const Communicator& communicator, const Operation& operation) const
{
    Choice choice;
    if (operation.type == CollectiveType::BARRIER)
    {
        choice.algorithm = "DisseminationBarrier";
        return choice;
    }
    // Sizes of an all-to-all-v differ from rank to rank, and so would the choice.
    const bool isSmall = operation.type == CollectiveType::ALL_TO_ALL &&
                         operation.bytes / communicator.GetSize() <= m_exchangeLlThreshold;
    const bool hasRails = communicator.GetServers().size() > 1 && communicator.GetServerSize() > 1;
    choice.algorithm = m_pxn && hasRails && operation.type == CollectiveType::ALL_TO_ALL
                           ? "RailAllToAll"
                           : "PairwiseAllToAll";
    choice.nExchanges = m_exchanges;
    choice.protocol = Algorithm::GetProtocol();
    if (!choice.protocol)
    {
        choice.protocol = m_protocols[isSmall ? NcclModel::LL : NcclModel::SIMPLE];
    }
    return choice;
}

bool
NcclLibrary::IsCandidate(NcclModel::NcclProtocol protocol) const
{
    const auto only = Algorithm::GetProtocol();
    if (!only)
    {
        return true;
    }
    // One that is no protocol of NCCL's is taken for Simple.
    const auto type = only->GetInstanceTypeId();
    for (const auto other : {NcclModel::LL, NcclModel::LL128})
    {
        if (type == m_protocols[other]->GetInstanceTypeId())
        {
            return protocol == other;
        }
    }
    return protocol == NcclModel::SIMPLE;
}

} // namespace ns3::collective
