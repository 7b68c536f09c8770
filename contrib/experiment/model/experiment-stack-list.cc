/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-stack-list.h"

#include "ns3/flow-level-message-network.h"

namespace ns3::experiment
{

namespace
{

/** What is so in all stacks unless they say otherwise. */
const std::vector<AttributeSetting> COMMON = {
    {"ns3::rdma::Nic::WireFormat", "RoCEv2"},
    {"ns3::rdma::Nic::AckClass", "8"},
    {"ns3::rdma::Nic::AckDscp", "26"},
    {"ns3::rdma::Nic::DataOverheadBytes", "0"},
    {"ns3::rdma::Nic::AckFrameBytes", "0"},
    {"ns3::fabric::DynamicThreshold::LosslessClasses", "8"},
    {"ns3::fabric::Port::FlowControl", "Pfc"},
    {"ns3::fabric::Switch::BounceClasses", "0,1,2,3,4,5,6,7"},
    {"ns3::fabric::Trimmer::Classes", "0"},
    {"ns3::fabric::Trimmer::Threshold", "0"},
};

/**
 * @param congestionControl type and attributes
 * @param reliability type and attributes
 * @param pathSelector type and attributes
 * @return settings of an Ultra Ethernet stack: data in a class that is trimmed and not paused,
 * above one BDP, and marked from 0.2 to 0.8 BDP, of 400 Gb/s and 12.5 us; all else in a class
 * before it
 */
std::vector<AttributeSetting>
UltraEthernet(const std::string& congestionControl,
              const std::string& reliability,
              const std::string& pathSelector)
{
    return {{"ns3::rdma::Nic::CongestionControl", congestionControl},
            {"ns3::rdma::Nic::Reliability", reliability},
            {"ns3::rdma::Nic::PathSelector", pathSelector},
            {"ns3::rdma::Nic::WireFormat", "UltraEthernet"},
            {"ns3::rdma::Nic::AckClass", "6"},
            {"ns3::rdma::Nic::AckDscp", "48"},
            {"ns3::fabric::DynamicThreshold::LosslessClasses", "0"},
            {"ns3::fabric::Trimmer::Classes", "8"},
            {"ns3::fabric::Trimmer::Threshold", "625000"},
            {"ns3::fabric::RedMarker::Kmin", "125000"},
            {"ns3::fabric::RedMarker::Kmax", "500000"},
            {"ns3::fabric::RedMarker::Pmax", "1"},
            {"ns3::fabric::RedMarker::ReferenceRate", "400Gbps"}};
}

/** @return settings of RUDI with NSCC */
std::vector<AttributeSetting>
UltraEthernetRudi()
{
    auto settings =
        UltraEthernet("ns3::rdma::Nscc", "ns3::rdma::UetRudi", "ns3::rdma::MixedSpray[Paths=256]");
    settings.push_back({"ns3::rdma::Nic::WireFormat", "UltraEthernetRudi"});
    return settings;
}

/** @return the stacks, each with the common settings before its own */
std::vector<NetworkStack>
WithCommon(std::vector<NetworkStack> stacks)
{
    for (auto& stack : stacks)
    {
        stack.settings.insert(stack.settings.begin(), COMMON.begin(), COMMON.end());
    }
    return stacks;
}

/** When switches mark frames; attributes of fabric::RedMarker. */
struct Marking
{
    const char* kmin;          ///< bytes
    const char* kmax;          ///< bytes
    const char* pmax;          ///< probability at kmax
    const char* referenceRate; ///< rate that they are for
};

constexpr Marking HPCC_MARKING = {"100000", "400000", "0.2", "25Gbps"};
constexpr Marking DCQCN_MARKING = {"5000", "200000", "0.01", "40Gbps"};  // SIGCOMM 2015
constexpr Marking LONG_MARKING = {"1000000", "2000000", "0.05", "0bps"}; // NSDI 2023, Azure
constexpr Marking STEP_MARKING = {"30000", "30000", "1", "10Gbps"};
constexpr Marking MP_RDMA_MARKING = {"20000", "20000", "1", "40Gbps"}; // NSDI 2018, section 5

/** Have switches mark. @param [in,out] stack the stack @param marking when */
void
AddMarking(NetworkStack& stack, const Marking& marking)
{
    stack.marker = "ns3::fabric::RedMarker";
    stack.settings.push_back({"ns3::fabric::RedMarker::Kmin", marking.kmin});
    stack.settings.push_back({"ns3::fabric::RedMarker::Kmax", marking.kmax});
    stack.settings.push_back({"ns3::fabric::RedMarker::Pmax", marking.pmax});
    stack.settings.push_back({"ns3::fabric::RedMarker::ReferenceRate", marking.referenceRate});
}

/**
 * @param name of the stack
 * @param description what it is
 * @param law the congestion control
 * @param marking when switches mark, or null
 * @param stampers what switches write into frames
 * @return RoCEv2 with go-back-N, one path per queue pair, and this
 */
NetworkStack
MakeRocev2(const std::string& name,
           const std::string& description,
           const std::string& law,
           const Marking* marking = nullptr,
           const std::string& stampers = "none")
{
    NetworkStack stack;
    stack.name = name;
    stack.description = description;
    stack.settings = {{"ns3::rdma::Nic::CongestionControl", law},
                      {"ns3::rdma::Nic::Reliability", "ns3::rdma::GoBackN"},
                      {"ns3::rdma::Nic::PathSelector", "ns3::rdma::SinglePath"},
                      {"ns3::fabric::Switch::Stampers", stampers}};
    if (marking)
    {
        AddMarking(stack, *marking);
    }
    return stack;
}

/**
 * @param name of the stack
 * @param description what it is
 * @param law the congestion control
 * @param cnpInterval least time between CNPs
 * @param marking when switches mark
 * @return RoCEv2 with go-back-N, one path per queue pair, and this DCQCN
 */
NetworkStack
MakeDcqcn(const std::string& name,
          const std::string& description,
          const std::string& law,
          const std::string& cnpInterval,
          const Marking& marking)
{
    NetworkStack stack = MakeRocev2(name, description, law, &marking);
    stack.settings.push_back({"ns3::rdma::CnpGenerator::Interval", cnpInterval});
    return stack;
}

/**
 * @param name of the stack
 * @param description what it is
 * @param reliability type and attributes
 * @param pathSelector type and attributes
 * @return DCQCN as NVIDIA's NICs run it, with the ECN thresholds of HPCC's simulations
 */
NetworkStack
MakeVendorDcqcn(const std::string& name,
                const std::string& description,
                const std::string& reliability = "ns3::rdma::GoBackN",
                const std::string& pathSelector = "ns3::rdma::SinglePath")
{
    NetworkStack stack;
    stack.name = name;
    stack.description = description;
    stack.settings = {{"ns3::rdma::Nic::CongestionControl", "ns3::rdma::DcqcnVendor"},
                      {"ns3::rdma::Nic::Reliability", reliability},
                      {"ns3::rdma::Nic::PathSelector", pathSelector},
                      {"ns3::rdma::CnpGenerator::Interval", "4us"}};
    AddMarking(stack, HPCC_MARKING);
    return stack;
}

/** @return CAQM, with all windows told to shrink only where some ten frames wait */
NetworkStack
MakeCaqm()
{
    NetworkStack stack =
        MakeRocev2("rocev2-caqm",
                   "windows granted by switches for queues near zero (CAQM), go-back-N, PFC",
                   "ns3::rdma::Caqm",
                   nullptr,
                   "ns3::fabric::ShareGrantStamper");
    stack.settings.push_back({"ns3::fabric::GrantStamper::Threshold", "40000"});
    return stack;
}

/** @return Bolt, with acknowledgments in a class before the data, as its authors have them */
NetworkStack
MakeBolt()
{
    NetworkStack stack =
        MakeRocev2("rocev2-bolt",
                   "switches tell sources of queues at once (Bolt), go-back-N, PFC",
                   "ns3::rdma::Bolt",
                   nullptr,
                   "ns3::fabric::BoltStamper");
    stack.settings.push_back({"ns3::rdma::Nic::AckClass", "6"});
    stack.settings.push_back({"ns3::rdma::Nic::AckDscp", "48"});
    return stack;
}

/**
 * @param name of the stack
 * @param description what it is
 * @param law ns-3's congestion control
 * @param framing how messages lie in the byte stream
 * @param marking when switches mark, or null: TCP does without ECN then
 * @return messages over TCP in a class that is not paused: packets of 4 KiB as RoCE's, buffers of
 * sockets above the bandwidth-delay product of 400 Gb/s and 40 us, an ACK for each segment, round
 * trips measured finer than the milliseconds of ns-3's timestamps, and the least retransmission
 * timeout that data centres use (4 ms: TLT, EuroSys'21). The host's queue drops nothing, as
 * Linux's does not: it keeps what is too much in the sockets.
 */
NetworkStack
MakeTcp(const std::string& name,
        const std::string& description,
        const std::string& law,
        const std::string& framing,
        const Marking* marking = nullptr)
{
    NetworkStack stack;
    stack.name = name;
    stack.description = description;
    stack.messageNetwork = "ns3::cluster::TcpMessageNetwork";
    stack.settings = {{"ns3::cluster::TcpMessageNetwork::Framing", framing},
                      {"ns3::TcpL4Protocol::SocketType", law},
                      {"ns3::TcpSocketBase::UseEcn", marking ? "On" : "Off"},
                      {"ns3::TcpSocketBase::MinRto", "4ms"},
                      {"ns3::TcpSocketBase::ClockGranularity", "1us"},
                      {"ns3::TcpSocketBase::Timestamp", "false"},
                      {"ns3::TcpSocket::ConnTimeout", "4ms"},
                      {"ns3::TcpSocket::SegmentSize", "4096"},
                      {"ns3::TcpSocket::SndBufSize", "2097152"},
                      {"ns3::TcpSocket::RcvBufSize", "2097152"},
                      {"ns3::TcpSocket::DelAckCount", "1"},
                      {"ns3::fabric::Port::Mtu", "9216"},
                      {"ns3::fabric::Port::PacketClassByPriority", "true"},
                      {"ns3::fabric::Port::PacketQueueLimit", "1073741824"},
                      {"ns3::fabric::DynamicThreshold::LosslessClasses", "0"}};
    if (marking)
    {
        AddMarking(stack, *marking);
    }
    return stack;
}

/** @return messages as flows that share bandwidth, without packets */
NetworkStack
MakeFlowLevel()
{
    NetworkStack stack =
        MakeRocev2("flow-level",
                   "no packets: messages share the cables max-min fairly, for very large jobs",
                   "ns3::rdma::NoCongestionControl");
    stack.messageNetwork = flowlevel::FlowMessageNetwork::GetTypeId().GetName();
    return stack;
}

/**
 * @return settings of SRD, on a network that drops: its class is not paused. Its frames are not
 * public: these are of the sizes of RoCEv2's with what they must say, an address and the number of
 * the message in each data frame (82 bytes) and a bitmap in each acknowledgment
 */
std::vector<AttributeSetting>
Srd()
{
    return {{"ns3::rdma::Nic::CongestionControl", "ns3::rdma::SrdControl"},
            {"ns3::rdma::Nic::Reliability", "ns3::rdma::Srd"},
            {"ns3::rdma::Nic::PathSelector", "ns3::rdma::RttPaths"},
            {"ns3::rdma::Nic::DataOverheadBytes", "82"},
            {"ns3::rdma::Nic::AckFrameBytes", "78"},
            {"ns3::fabric::DynamicThreshold::LosslessClasses", "0"}};
}

/** @return settings of Falcon, on a network that drops: its class is not paused */
std::vector<AttributeSetting>
Falcon()
{
    return {{"ns3::rdma::Nic::CongestionControl",
             "ns3::rdma::FalconSwift[RetransmitLimit=3|MinWindow=0.01]"},
            {"ns3::rdma::Nic::Reliability", "ns3::rdma::Falcon[BitmapPackets=128]"},
            {"ns3::rdma::Nic::PathSelector", "ns3::rdma::Plb[DelayLimit=60us]"},
            {"ns3::rdma::Nic::WireFormat", "Falcon"},
            {"ns3::fabric::DynamicThreshold::LosslessClasses", "0"}};
}

/** @return settings of MP-RDMA, besides when switches mark */
std::vector<AttributeSetting>
MpRdma()
{
    return {
        {"ns3::rdma::Nic::CongestionControl", "ns3::rdma::MpRdmaControl"},
        {"ns3::rdma::Nic::Reliability", "ns3::rdma::MpRdma[BitmapPackets=64|TransmitWindow=1024]"},
        {"ns3::rdma::Nic::PathSelector", "ns3::rdma::AckClockedPaths"},
        {"ns3::fabric::RedMarker::Kmin", MP_RDMA_MARKING.kmin},
        {"ns3::fabric::RedMarker::Kmax", MP_RDMA_MARKING.kmax},
        {"ns3::fabric::RedMarker::Pmax", MP_RDMA_MARKING.pmax},
        {"ns3::fabric::RedMarker::ReferenceRate", MP_RDMA_MARKING.referenceRate}};
}

} // namespace

const std::vector<NetworkStack>&
GetStackList()
{
    static const std::vector<NetworkStack> stacks = WithCommon({
        MakeVendorDcqcn(
            "rocev2-dcqcn",
            "DCQCN as NVIDIA's NICs run it, go-back-N, PFC, ECN thresholds of HPCC's simulations"),
        MakeDcqcn("rocev2-dcqcn-paper",
                  "DCQCN with parameters and ECN thresholds of SIGCOMM'15, go-back-N, PFC",
                  "ns3::rdma::Dcqcn",
                  "50us",
                  DCQCN_MARKING),
        MakeDcqcn("rocev2-dcqcn-tuned",
                  "DCQCN of NVIDIA's NICs tuned as in a cluster of GPUs (the middle of the ranges)",
                  "ns3::rdma::DcqcnVendor[IncreaseTimer=60us|AdditiveIncrease=14Mbps|"
                  "MinDecreaseFactor=0.9|ReferenceRate=0bps]",
                  "1us",
                  HPCC_MARKING),
        MakeDcqcn("rocev2-dcqcn-fitted",
                  "DCQCN for ways of milliseconds: timer and increases fitted to a figure of "
                  "Azure's, ECN thresholds 1 and 2 MB, go-back-N, PFC",
                  "ns3::rdma::Dcqcn[IncreaseTimer=7us|AdditiveIncrease=4Mbps|HyperIncrease=40Mbps]",
                  "50us",
                  LONG_MARKING),
        MakeVendorDcqcn("rocev2-sr-dcqcn",
                        "selective repeat after IRN, DCQCN as NVIDIA's NICs run it",
                        "ns3::rdma::SelectiveRepeat"),
        MakeVendorDcqcn(
            "rocev2-sr-spray-dcqcn",
            "the same with each packet on a path of its own, and packets overtaken for 200 us lost",
            "ns3::rdma::SelectiveRepeat[ReorderTime=200us]",
            "ns3::rdma::ObliviousSpray"),
        MakeVendorDcqcn(
            "rocev2-rack-dcqcn",
            "SACK bitmaps and RACK-TLP as on current NICs, DCQCN as NVIDIA's NICs run it",
            "ns3::rdma::SackRack"),
        {"rocev2-sr-swift",
         "selective repeat after IRN, Swift",
         "",
         {{"ns3::rdma::Nic::CongestionControl", "ns3::rdma::Swift"},
          {"ns3::rdma::Nic::Reliability", "ns3::rdma::SelectiveRepeat"},
          {"ns3::rdma::Nic::PathSelector", "ns3::rdma::SinglePath"}}},
        {"rocev2-sr-none",
         "selective repeat after IRN with its flow control, no congestion control",
         "",
         {{"ns3::rdma::Nic::CongestionControl", "ns3::rdma::NoCongestionControl"},
          {"ns3::rdma::Nic::Reliability", "ns3::rdma::SelectiveRepeat[BdpTime=12us]"},
          {"ns3::rdma::Nic::PathSelector", "ns3::rdma::SinglePath"}}},
        {"rocev2-none",
         "no congestion control, go-back-N, PFC alone",
         "",
         {{"ns3::rdma::Nic::CongestionControl", "ns3::rdma::NoCongestionControl"},
          {"ns3::rdma::Nic::Reliability", "ns3::rdma::GoBackN"},
          {"ns3::rdma::Nic::PathSelector", "ns3::rdma::SinglePath"}}},
        {"uet-nscc",
         "Ultra Ethernet RUD with NSCC, spraying and trimming",
         "ns3::fabric::RedMarker",
         UltraEthernet("ns3::rdma::Nscc", "ns3::rdma::UetRud", "ns3::rdma::MixedSpray[Paths=256]")},
        {"uet-rccc",
         "Ultra Ethernet RUD with receiver credits (RCCC), spraying and trimming",
         "ns3::fabric::RedMarker",
         UltraEthernet("ns3::rdma::Rccc", "ns3::rdma::UetRud", "ns3::rdma::MixedSpray[Paths=256]")},
        {"uet-nscc-rccc",
         "Ultra Ethernet RUD with NSCC and RCCC, spraying and trimming",
         "ns3::fabric::RedMarker",
         UltraEthernet("ns3::rdma::NsccRccc[TrustReceiver=true]",
                       "ns3::rdma::UetRud",
                       "ns3::rdma::MixedSpray[Paths=256]")},
        {"uet-rod-nscc",
         "Ultra Ethernet ROD, one path and go-back-N, with NSCC and trimming",
         "ns3::fabric::RedMarker",
         UltraEthernet("ns3::rdma::Nscc",
                       "ns3::rdma::UetRod[AckTimeout=5|NakGenerationDelay=0ns|"
                       "NakReactionDelay=0ns]",
                       "ns3::rdma::SinglePath")},
        {"uet-rudi-nscc",
         "Ultra Ethernet RUDI, for flows of READs alone, with NSCC, spraying and trimming",
         "ns3::fabric::RedMarker",
         UltraEthernetRudi()},
        {"srd",
         "Scalable Reliable Datagram as far as it is published: unordered, paths by RTT, no PFC",
         "",
         Srd()},
        {"falcon",
         "OCP Falcon: push transactions, early retransmission, Swift on fabric delay, PLB, no PFC",
         "",
         Falcon()},
        {"mp-rdma",
         "MP-RDMA: one window for ACK-clocked paths, step marking at 20 KB per 40 Gb/s, PFC",
         "ns3::fabric::RedMarker",
         MpRdma()},
        MakeRocev2("rocev2-static-window",
                   "a window of one bandwidth-delay product, go-back-N, PFC",
                   "ns3::rdma::StaticWindow"),
        MakeRocev2("rocev2-dctcp",
                   "DCTCP, step marking at 30 KB per 10 Gb/s (HPCC's simulations), go-back-N, PFC",
                   "ns3::rdma::Dctcp",
                   &STEP_MARKING),
        MakeRocev2("rocev2-swift", "Swift, go-back-N, PFC", "ns3::rdma::Swift"),
        MakeRocev2("rocev2-timely", "TIMELY, go-back-N, PFC", "ns3::rdma::Timely"),
        MakeRocev2(
            "rocev2-patched-timely", "patched TIMELY, go-back-N, PFC", "ns3::rdma::PatchedTimely"),
        MakeRocev2("rocev2-hpcc",
                   "HPCC, switches with INT, go-back-N, PFC",
                   "ns3::rdma::Hpcc",
                   nullptr,
                   "ns3::fabric::IntStamper"),
        MakeRocev2("rocev2-hpcc-pint",
                   "HPCC with one byte of telemetry, go-back-N, PFC",
                   "ns3::rdma::HpccPint",
                   nullptr,
                   "ns3::fabric::PintStamper"),
        MakeRocev2("rocev2-powertcp",
                   "PowerTCP, switches with INT, go-back-N, PFC",
                   "ns3::rdma::PowerTcp",
                   nullptr,
                   "ns3::fabric::IntStamper"),
        MakeRocev2("rocev2-theta-powertcp",
                   "PowerTCP by round-trip times, go-back-N, PFC",
                   "ns3::rdma::ThetaPowerTcp"),
        MakeRocev2("rocev2-swift-dcqcn",
                   "Swift and DCQCN together, as MegaScale mixes them, go-back-N, PFC",
                   "ns3::rdma::SwiftDcqcn",
                   &HPCC_MARKING),
        MakeCaqm(),
        MakeBolt(),
        MakeRocev2("rocev2-bbr", "BBR's model of the path, go-back-N, PFC", "ns3::rdma::Bbr"),
        MakeRocev2("rocev2-csig",
                   "HPCC's window by the utilization in CSIG tags, go-back-N, PFC",
                   "ns3::rdma::CsigControl",
                   nullptr,
                   "ns3::fabric::CsigStamper"),
        MakeFlowLevel(),
        MakeTcp("tcp",
                "ns-3's TCP with CUBIC, a connection per pair and channel, tail drop",
                "ns3::TcpCubic",
                "ns3::cluster::LengthFraming"),
        MakeTcp("tcp-newreno",
                "ns-3's TCP with NewReno, tail drop",
                "ns3::TcpNewReno",
                "ns3::cluster::LengthFraming"),
        MakeTcp("tcp-dctcp",
                "ns-3's TCP with DCTCP, step marking at 30 KB per 10 Gb/s",
                "ns3::TcpDctcp",
                "ns3::cluster::LengthFraming",
                &STEP_MARKING),
        MakeTcp("iwarp",
                "iWARP: RDMA Writes by MPA, DDP and RDMAP over ns-3's TCP with CUBIC, tail drop",
                "ns3::TcpCubic",
                "ns3::cluster::IwarpFraming"),
        MakeTcp("iwarp-dctcp",
                "iWARP over DCTCP, step marking at 30 KB per 10 Gb/s",
                "ns3::TcpDctcp",
                "ns3::cluster::IwarpFraming",
                &STEP_MARKING),
    });
    return stacks;
}

} // namespace ns3::experiment
