/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-hpcc-pint.h"

#include "ns3/uinteger.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(HpccPint);

TypeId
HpccPint::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::HpccPint")
            .SetParent<HpccLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<HpccPint>()
            .AddAttribute("SampleEvery",
                          "Acknowledgments per one whose telemetry is used. Default: SIGCOMM "
                          "2020's p = 1.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&HpccPint::m_sampleEvery),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

HpccPint::HpccPint() = default;

HpccPint::~HpccPint() = default;

void
HpccPint::DoStart()
{
    m_unused = 0;
    fabric::SignalRequest request;
    request.kinds = fabric::SIGNAL_PINT;
    RequestSignals(request);
    HpccLaw::DoStart();
}

void
HpccPint::DoAck(const Ack& ack)
{
    GetAckClock().Acked(ack.ackedBytes);
    if (ack.signals && ++m_unused >= m_sampleEvery)
    {
        m_unused = 0;
        Control(ack.signals->utilization);
    }
}

} // namespace ns3::rdma
