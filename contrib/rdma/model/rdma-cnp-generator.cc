/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-cnp-generator.h"

#include "ns3/fabric-compat.h"
#include "ns3/nstime.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(CnpGenerator);

TypeId
CnpGenerator::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::CnpGenerator")
            .SetParent<Object>()
            .SetGroupName("Rdma")
            .AddConstructor<CnpGenerator>()
            .AddAttribute("Interval",
                          "Least time between two CNPs of one scope; 0 answers every marked frame. "
                          "Default: NVIDIA's min_time_between_cnps. The DCQCN paper has 50us.",
                          TimeValue(MicroSeconds(4)),
                          MakeTimeAccessor(&CnpGenerator::m_interval),
                          MakeTimeChecker(Time(0)))
            .AddAttribute(
                "Scope",
                "What the interval is counted for. Default: the DCQCN paper, one flow.",
                EnumValue(CnpGenerator::SCOPE_QP),
                fabric::compat::MakeEnumAccessorFor<CnpGenerator::Scope>(&CnpGenerator::m_scope),
                MakeEnumChecker(CnpGenerator::SCOPE_QP,
                                "QueuePair",
                                CnpGenerator::SCOPE_DESTINATION,
                                "Destination",
                                CnpGenerator::SCOPE_PORT,
                                "Port"));
    return tid;
}

CnpGenerator::CnpGenerator() = default;

CnpGenerator::~CnpGenerator() = default;

bool
CnpGenerator::Request(uint32_t qp, fabric::FabricAddress destination, Ticks now)
{
    const std::size_t index = m_scope == SCOPE_QP            ? qp
                              : m_scope == SCOPE_DESTINATION ? destination
                                                             : 0;
    if (index >= m_quietUntil.size())
    {
        m_quietUntil.resize(index + 1, 0);
    }
    if (now < m_quietUntil[index])
    {
        ++m_nSuppressed;
        return false;
    }
    m_quietUntil[index] = now + m_interval.GetTimeStep();
    ++m_nCnps;
    return true;
}

} // namespace ns3::rdma
