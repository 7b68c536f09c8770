/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Attributes and trace sources of a port.

#include "fabric-compat.h"
#include "fabric-port-scheduler.h"
#include "fabric-port.h"

#include "ns3/boolean.h"
#include "ns3/data-rate.h"
#include "ns3/enum.h"
#include "ns3/pointer.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Port);

TypeId
Port::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::Port")
            .SetParent<NetDevice>()
            .SetGroupName("Fabric")
            .AddConstructor<Port>()
            .AddAttribute("DataRate",
                          "Nominal rate of the link, greater than 0; the same at both ends.",
                          DataRateValue(DataRate("400Gbps")),
                          MakeDataRateAccessor(&Port::SetDataRate, &Port::GetDataRate),
                          MakeDataRateChecker())
            .AddAttribute(
                "InterframeBytes",
                "Preamble, start delimiter and inter-packet gap, in bytes of link time per "
                "frame (IEEE 802.3: 7 + 1 + 12).",
                UintegerValue(20),
                MakeUintegerAccessor(&Port::m_interframeBytes),
                MakeUintegerChecker<uint32_t>(0, 1000))
            .AddAttribute("ReceiveLatency",
                          "Time between the last bit of a frame and its delivery to the owner: the "
                          "pipeline of a switch (0.3-1 us in data centre ASICs) or of a NIC.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&Port::SetReceiveLatency, &Port::GetReceiveLatencyTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("PauseQuanta",
                          "Pause time that a PFC frame asks for, in 512 bit times (IEEE 802.1Qbb); "
                          "refreshed after half of it.",
                          UintegerValue(65535),
                          MakeUintegerAccessor(&Port::SetPauseQuanta, &Port::GetPauseQuanta),
                          MakeUintegerChecker<uint16_t>(1, 65535))
            .AddAttribute(
                "PauseResponseTime",
                "Time between the arrival of a PFC frame and its effect. IEEE 802.3 Annex "
                "31B allows 905 quanta at 400 Gb/s; the default is a MAC that obeys at "
                "the next frame boundary.",
                TimeValue(Time(0)),
                MakeTimeAccessor(&Port::SetPauseResponse, &Port::GetPauseResponse),
                MakeTimeChecker(Time(0)))
            .AddAttribute(
                "FlowControl",
                "What keeps the peer from sending too much, the same at both ends: Pfc "
                "(IEEE 802.1Qbb, by class), Pause (IEEE 802.3 Annex 31B, the whole link) "
                "or Cbfc (credits by virtual lane, see CreditControl; switches need a "
                "CreditBuffer).",
                EnumValue(Port::PFC),
                compat::MakeEnumAccessorFor<Port::FlowControl>(&Port::SetFlowControl,
                                                               &Port::GetFlowControl),
                MakeEnumChecker(Port::PFC, "Pfc", Port::PAUSE, "Pause", Port::CBFC, "Cbfc"))
            .AddAttribute(
                "StandardPauseResponse",
                "Whether PFC frames take effect as late as IEEE 802.3 Annex 31B.3.7 "
                "allows at the rate of the port (394 quanta or 2.02 us at 100 Gb/s, 905 "
                "or 1.16 us at 400 Gb/s), unless PauseResponseTime is longer.",
                BooleanValue(false),
                MakeBooleanAccessor(&Port::SetStandardResponse, &Port::IsStandardResponse),
                MakeBooleanChecker())
            .AddAttribute("Mtu",
                          "Largest ns-3 packet that the device takes, bytes.",
                          UintegerValue(1500),
                          MakeUintegerAccessor(&Port::SetMtu, &Port::GetMtu),
                          MakeUintegerChecker<uint16_t>(68))
            .AddAttribute("PacketClass",
                          "Priority class of ordinary ns-3 packets, 0..7.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Port::m_packetClass),
                          MakeUintegerChecker<uint8_t>(0, N_CLASSES - 1))
            .AddAttribute("PacketClassByPriority",
                          "Whether the class of an ordinary ns-3 packet is the priority of its "
                          "socket, 0..7, as an egress map of IEEE 802.1Q does it, instead of "
                          "PacketClass. Packets of sockets of priority 0 have none.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&Port::m_packetClassByPriority),
                          MakeBooleanChecker())
            .AddAttribute(
                "PacketQueueLimit",
                "Bytes of ordinary ns-3 packets that may wait in a host's port; what comes "
                "beyond is dropped.",
                UintegerValue(1 << 20),
                MakeUintegerAccessor(&Port::m_packetLimit),
                MakeUintegerChecker<uint32_t>())
            .AddAttribute("ShapedRates",
                          "Most that each class may send, preamble and gap included: eight rates "
                          "joined by commas, for classes 0 to 7; 0 for no limit.",
                          ClassRatesValue(ClassRates()),
                          MakeClassRatesAccessor(&Port::SetShapedRates, &Port::GetShapedRates),
                          MakeClassRatesChecker())
            .AddAttribute("ShapingBurst",
                          "Depth of the token bucket of a class with a limit, bytes of link time; "
                          "0: frames are evenly spaced.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Port::SetShapingBurst, &Port::GetShapingBurst),
                          MakeUintegerChecker<uint64_t>(0, uint64_t{1} << 32))
            .AddAttribute("Scheduler",
                          "Chooses among the class queues; strict priority if none is given.",
                          PointerValue(),
                          MakePointerAccessor(&Port::SetScheduler),
                          MakePointerChecker<PortScheduler>())
            .AddTraceSource("MacTx",
                            "An ns-3 packet was handed to the device.",
                            MakeTraceSourceAccessor(&Port::m_macTx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("MacTxDrop",
                            "An ns-3 packet was dropped by the device before sending.",
                            MakeTraceSourceAccessor(&Port::m_macTxDrop),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("MacPromiscRx",
                            "An ns-3 packet arrived, for whomever.",
                            MakeTraceSourceAccessor(&Port::m_macPromiscRx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("MacRx",
                            "An ns-3 packet for this device arrived.",
                            MakeTraceSourceAccessor(&Port::m_macRx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PhyTxBegin",
                            "The bytes of a frame that starts to be sent.",
                            MakeTraceSourceAccessor(&Port::m_phyTxBegin),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PhyTxDrop",
                            "The bytes of a frame that the port dropped.",
                            MakeTraceSourceAccessor(&Port::m_phyTxDrop),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PhyRxEnd",
                            "The bytes of a frame that arrived whole.",
                            MakeTraceSourceAccessor(&Port::m_phyRxEnd),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("Sniffer",
                            "The bytes of every frame sent and received.",
                            MakeTraceSourceAccessor(&Port::m_sniffer),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PromiscSniffer",
                            "The bytes of every frame sent and received.",
                            MakeTraceSourceAccessor(&Port::m_promiscSniffer),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("FrameEnqueue",
                            "A frame has to wait in a class queue.",
                            MakeTraceSourceAccessor(&Port::m_frameEnqueue),
                            "ns3::fabric::Port::FrameTracedCallback")
            .AddTraceSource("FrameTx",
                            "A frame starts to be sent.",
                            MakeTraceSourceAccessor(&Port::m_frameTx),
                            "ns3::fabric::Port::FrameTracedCallback")
            .AddTraceSource("FrameRx",
                            "A frame arrived whole.",
                            MakeTraceSourceAccessor(&Port::m_frameRx),
                            "ns3::fabric::Port::FrameTracedCallback")
            .AddTraceSource("FrameDrop",
                            "A frame was dropped, with the reason.",
                            MakeTraceSourceAccessor(&Port::m_frameDrop),
                            "ns3::fabric::Port::DropTracedCallback")
            .AddTraceSource("EcnMark",
                            "A frame that leaves by this port was marked CE.",
                            MakeTraceSourceAccessor(&Port::m_ecnMark),
                            "ns3::fabric::Port::FrameTracedCallback")
            .AddTraceSource("PfcTx",
                            "This port paused (true) or resumed (false) a class of its peer.",
                            MakeTraceSourceAccessor(&Port::m_pfcTx),
                            "ns3::fabric::Port::PauseTracedCallback")
            .AddTraceSource("PfcRx",
                            "A class of this port was paused (true) by its peer, or may send again "
                            "(false).",
                            MakeTraceSourceAccessor(&Port::m_pfcRx),
                            "ns3::fabric::Port::PauseTracedCallback");
    return tid;
}

void
Port::SetPauseQuanta(uint16_t quanta)
{
    m_pauseTx.SetQuanta(quanta);
}

uint16_t
Port::GetPauseQuanta() const
{
    return m_pauseTx.GetQuanta();
}

void
Port::SetPauseResponse(Time time)
{
    m_pauseRx.SetResponse(time);
}

Time
Port::GetPauseResponse() const
{
    return m_pauseRx.GetResponse();
}

void
Port::SetStandardResponse(bool standard)
{
    m_pauseRx.SetStandard(standard);
}

bool
Port::IsStandardResponse() const
{
    return m_pauseRx.IsStandard();
}

} // namespace ns3::fabric
