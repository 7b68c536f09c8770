/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-stack-check.h"

#include "ns3/cluster-packet-message-network.h"
#include "ns3/cluster-tcp-message-network.h"
#include "ns3/fabric-load-balancer.h"
#include "ns3/fabric-signals.h"
#include "ns3/fabric-stamper-list.h"
#include "ns3/fabric-switch.h"
#include "ns3/fabric-trimmer.h"
#include "ns3/object-factory.h"
#include "ns3/rdma-congestion-control.h"
#include "ns3/rdma-falcon.h"
#include "ns3/rdma-nic.h"
#include "ns3/rdma-no-congestion-control.h"
#include "ns3/rdma-path-selector.h"
#include "ns3/rdma-reliability.h"
#include "ns3/string.h"
#include "ns3/tcp-dctcp.h"
#include "ns3/type-id.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <set>

namespace ns3::experiment
{

namespace
{

/** A kind of signals and who writes it. */
struct Signal
{
    uint8_t kind;        ///< fabric::SignalKind
    const char* name;    ///< for messages
    const char* stamper; ///< type that writes it, or the base of such types
};

constexpr Signal SIGNALS[] = {
    {fabric::SIGNAL_INT, "INT records", "ns3::fabric::IntStamper"},
    {fabric::SIGNAL_PINT, "PINT digests", "ns3::fabric::PintStamper"},
    {fabric::SIGNAL_CSIG, "CSIG tags", "ns3::fabric::CsigStamper"},
    {fabric::SIGNAL_GRANT, "window grants", "ns3::fabric::GrantStamper"},
    {fabric::SIGNAL_BOLT, "Bolt's notices", "ns3::fabric::BoltStamper"},
};

/** @param nic a NIC @param name attribute with a factory @return what it makes */
template <typename T>
Ptr<T>
Make(const Ptr<rdma::Nic>& nic, const std::string& name)
{
    ObjectFactoryValue factory;
    nic->GetAttribute(name, factory);
    return factory.Get().Create<T>();
}

/** @param list types @param name a type @return whether one of them is of it */
bool
Has(const fabric::StamperList& list, const std::string& name)
{
    TypeId wanted;
    if (!TypeId::LookupByNameFailSafe(name, &wanted))
    {
        return false;
    }
    return std::any_of(list.types.begin(),
                       list.types.end(),
                       [wanted](const std::string& type)
                       {
                           const TypeId tid = TypeId::LookupByName(type);
                           return tid == wanted || tid.IsChildOf(wanted);
                       });
}

/** @param selector a path selector @return whether it sends packets of one flow on many paths */
bool
Spreads(rdma::PathSelector& selector)
{
    constexpr uint64_t packets = 64;
    selector.AssignStreams(0);
    selector.Start(2, 2);
    std::set<uint16_t> paths;
    for (uint64_t sequence = 0; sequence < packets; ++sequence)
    {
        paths.insert(selector.Select(sequence, false));
    }
    return paths.size() > 1;
}

/** @param type a type @param name of an attribute of it @return its default now */
template <typename T>
T
GetDefault(const std::string& type, const std::string& name)
{
    TypeId::AttributeInformation info;
    T value;
    if (TypeId::LookupByName(type).LookupAttributeByName(name, &info))
    {
        value.DeserializeFromString(info.initialValue->SerializeToString(info.checker),
                                    info.checker);
    }
    return value;
}

/**
 * @param devices what the cluster is to be made of
 * @return the load balancer, if it sends packets of one flow on many paths, or empty
 */
std::string
GetSpreadingBalancer(const cluster::NetworkStack& devices)
{
    if (!devices.loadBalancer.IsTypeIdSet())
    {
        return "";
    }
    const auto balancer = devices.loadBalancer.Create<fabric::LoadBalancer>();
    const std::string name = balancer->GetInstanceTypeId().GetName();
    const bool keepsOrder = balancer->KeepsOrder();
    balancer->Dispose();
    return keepsOrder ? "" : name;
}

/**
 * @param devices what the cluster is to be made of
 * @return what leads frames from leaf to leaf by tables of its own, or empty
 */
std::string
GetGuide(const cluster::NetworkStack& devices)
{
    const TypeId device = devices.fabricSwitch.GetTypeId();
    if (device != fabric::Switch::GetTypeId())
    {
        return device.GetName();
    }
    if (!devices.loadBalancer.IsTypeIdSet())
    {
        return "";
    }
    const auto balancer = devices.loadBalancer.Create<fabric::LoadBalancer>();
    const bool guides = balancer->SeesAllFrames();
    balancer->Dispose();
    return guides ? devices.loadBalancer.GetTypeId().GetName() : "";
}

/** @param devices what the cluster is to be made of @return what makes no sense of TCP over it */
std::vector<std::string>
FindTcpNonsense(const cluster::NetworkStack& devices)
{
    std::vector<std::string> reasons;
    const bool marks = devices.marker.IsTypeIdSet();
    const TypeId law = GetDefault<TypeIdValue>("ns3::TcpL4Protocol", "SocketType").Get();
    const bool needsMarks = law == TcpDctcp::GetTypeId() || law.IsChildOf(TcpDctcp::GetTypeId());
    if (needsMarks && !marks)
    {
        reasons.push_back("the congestion control " + law.GetName() +
                          " needs ECN marks, and the switches mark nothing: it would be NewReno; "
                          "expected a stack with ECN");
    }
    const auto ecn = GetDefault<StringValue>("ns3::TcpSocketBase", "UseEcn").Get();
    if (marks && !needsMarks && ecn == "Off")
    {
        reasons.push_back("the switches mark, and TCP does not listen to ECN: marks would have no "
                          "effect; expected ns3::TcpSocketBase::UseEcn: On, or ecn without a "
                          "marker");
    }
    if (const std::string spreader = GetSpreadingBalancer(devices); !spreader.empty())
    {
        reasons.push_back("TCP takes a segment that three others overtake for lost, and " +
                          spreader +
                          " sends packets on many paths: windows would stay small; expected a "
                          "load balancer that keeps flows in order");
    }
    return reasons;
}

/** A part of a stack that works only with another part of a certain type. */
struct Partner
{
    const char* attribute;        ///< of rdma::Nic: the part
    const char* type;             ///< its type
    const char* partnerAttribute; ///< of rdma::Nic: the other part
    const char* partnerType;      ///< what that must be
    const char* why;              ///< what goes wrong otherwise
};

constexpr Partner PARTNERS[] = {
    {"CongestionControl",
     "ns3::rdma::FalconSwift",
     "Reliability",
     "ns3::rdma::Falcon",
     "no other acknowledgments tell the level of the receiver's buffers, and the window of the NIC "
     "would never react"},
    {"PathSelector",
     "ns3::rdma::AckClockedPaths",
     "Reliability",
     "ns3::rdma::MpRdma",
     "no other tells it which acknowledgments let nothing leave, and paths would pile up"},
    {"CongestionControl",
     "ns3::rdma::MpRdmaControl",
     "PathSelector",
     "ns3::rdma::AckClockedPaths",
     "its one window serves paths that are clocked by acknowledgments"},
};

/** @param nic a NIC @param name attribute with a factory @return type of what it makes */
TypeId
TypeOf(const Ptr<rdma::Nic>& nic, const std::string& name)
{
    ObjectFactoryValue factory;
    nic->GetAttribute(name, factory);
    return factory.Get().GetTypeId();
}

/** @param nic a NIC @return why its parts do not fit together, or empty */
std::string
CheckPartners(const Ptr<rdma::Nic>& nic)
{
    for (const Partner& pair : PARTNERS)
    {
        const TypeId partner = TypeOf(nic, pair.partnerAttribute);
        const TypeId wanted = TypeId::LookupByName(pair.partnerType);
        if (TypeOf(nic, pair.attribute).GetName() == pair.type && partner != wanted &&
            !partner.IsChildOf(wanted))
        {
            return std::string(pair.type) + " with " + partner.GetName() + ": " + pair.why +
                   "; expected " + pair.partnerType +
                   " in ns3::rdma::Nic::" + pair.partnerAttribute;
        }
    }
    StringValue format;
    nic->GetAttribute("WireFormat", format);
    const TypeId scheme = TypeOf(nic, "Reliability");
    if (format.Get() == "Falcon" && scheme != rdma::Falcon::GetTypeId() &&
        !scheme.IsChildOf(rdma::Falcon::GetTypeId()))
    {
        return "ns3::rdma::Nic::WireFormat Falcon with " + scheme.GetName() +
               ": its acknowledgments have no packets of that format; expected ns3::rdma::Falcon "
               "in "
               "ns3::rdma::Nic::Reliability";
    }
    return "";
}

/** A stack of queue pairs, taken apart. */
class Parts
{
  public:
    /** @param devices what the cluster is to be made of */
    explicit Parts(const cluster::NetworkStack& devices);
    ~Parts();

    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    /** @param fetches whether all that is to be moved is READ @return why this cannot work, or
     * empty */
    std::string FindContradiction(bool fetches) const;

    /** @return what works, but not for what it is made for */
    std::vector<std::string> FindNonsense() const;

    /** @return see FindReadDoubt */
    std::string FindReadDoubt() const;

  private:
    /** @param object a part @return its type */
    static std::string NameOf(const Ptr<Object>& object);

    /** @return why switches could not tell sources of their queues, or empty */
    std::string FindMuteSwitches() const;

    /** @return what the congestion control needs of switches that do not have it, or empty */
    std::string FindSilence() const;

    /** @return why packets that overtake others would be taken for lost, or empty */
    std::string FindReordering() const;

    /** @return why trimming would not help, or empty */
    std::string FindUselessTrimming() const;

    Ptr<rdma::Nic> m_nic;               ///< a NIC
    Ptr<rdma::CongestionControl> m_law; ///< its congestion control
    Ptr<rdma::Reliability> m_scheme;    ///< its reliability
    Ptr<rdma::PathSelector> m_selector; ///< its path selection
    Ptr<fabric::Switch> m_switch;       ///< a switch
    std::string m_guide;                ///< what leads frames from leaf to leaf, or empty
    std::string m_spreader;             ///< what sends packets of one flow on many paths, or empty
    bool m_marks{false};                ///< switches mark
    bool m_engineered{false};           ///< paths are chosen centrally
};

Parts::Parts(const cluster::NetworkStack& devices)
    : m_nic(devices.nic.Create<rdma::Nic>()),
      m_law(Make<rdma::CongestionControl>(m_nic, "CongestionControl")),
      m_scheme(Make<rdma::Reliability>(m_nic, "Reliability")),
      m_selector(Make<rdma::PathSelector>(m_nic, "PathSelector")),
      m_switch(devices.fabricSwitch.Create<fabric::Switch>()),
      m_marks(devices.marker.IsTypeIdSet()),
      m_engineered(devices.trafficEngineer.IsTypeIdSet())
{
    rdma::CongestionControl::Context context;
    context.lineRate = 100'000'000'000;
    context.mtuBytes = 4096;
    context.frameBytes = 4178;
    m_law->Start(context, nullptr);
    m_guide = GetGuide(devices);
    m_spreader = Spreads(*m_selector) ? NameOf(m_selector) : GetSpreadingBalancer(devices);
}

Parts::~Parts()
{
    m_law->Dispose();
}

std::string
Parts::NameOf(const Ptr<Object>& object)
{
    return object->GetInstanceTypeId().GetName();
}

std::string
Parts::FindContradiction(bool fetches) const
{
    if (!fetches && !m_scheme->GetAbilities().tellsReceiver)
    {
        return NameOf(m_scheme) +
               " keeps no state at the target, which cannot tell its application what has arrived: "
               "messages would never be received; expected flows of verb read alone, or another "
               "reliability (ns3::rdma::UetRud)";
    }
    if (const std::string reason = CheckPartners(m_nic); !reason.empty())
    {
        return reason;
    }
    if (const std::string reason = FindMuteSwitches(); !reason.empty())
    {
        return reason;
    }
    if (m_law->UsesCredit() && !m_scheme->GetAbilities().asksForCredit)
    {
        return "the congestion control " + NameOf(m_law) +
               " sends on credit of the receiver, and " + NameOf(m_scheme) +
               " asks for none: nothing would move after the first window; expected "
               "ns3::rdma::UetRud or ns3::rdma::UetRod in ns3::rdma::Nic::Reliability";
    }
    if (m_engineered && m_spreader == NameOf(m_selector))
    {
        return "paths are chosen centrally, one for each queue pair, and " + m_spreader +
               " sends packets on many; expected one path per queue pair";
    }
    return "";
}

std::string
Parts::FindMuteSwitches() const
{
    if (!(m_law->GetSignalRequest().kinds & fabric::SIGNAL_BOLT))
    {
        return "";
    }
    const std::string prefix =
        NameOf(m_law) + " needs switches that tell sources of their queues, ";
    StringValue format;
    m_nic->GetAttribute("WireFormat", format);
    if (format.Get() != "RoCEv2")
    {
        return prefix + "which is defined for RoCEv2 alone; expected it in "
                        "ns3::rdma::Nic::WireFormat";
    }
    return m_guide.empty()
               ? ""
               : prefix + "and " + m_guide +
                     " leads frames between leaves by tables that know of no such "
                     "frames; expected another load balancer (ecmp-hash, let-flow, drill)";
}

std::string
Parts::FindSilence() const
{
    const std::string prefix = "the congestion control " + NameOf(m_law) + " needs ";
    for (const Signal& signal : SIGNALS)
    {
        if ((m_law->GetSignalRequest().kinds & signal.kind) &&
            !Has(m_switch->GetStampers(), signal.stamper))
        {
            return prefix + signal.name + " of the switches, which have no " + signal.stamper +
                   ": it would never react; expected it in ns3::fabric::Switch::Stampers, or a "
                   "stack that has it";
        }
    }
    if (m_law->NeedsEcn() && !m_marks)
    {
        return prefix + "ECN marks, and the switches mark nothing: it would never slow down; "
                        "expected a stack with ECN";
    }
    return "";
}

std::string
Parts::FindReordering() const
{
    if (m_spreader.empty() || m_scheme->GetAbilities().takesReordering)
    {
        return "";
    }
    return NameOf(m_scheme) + " takes a packet that is overtaken for lost and sends again, and " +
           m_spreader +
           " sends packets of one message on many paths; expected one path per queue pair, a load "
           "balancer that keeps flows in order, or a reliability that waits "
           "(ns3::rdma::SelectiveRepeat[ReorderTime=100us], ns3::rdma::SackRack, "
           "ns3::rdma::UetRud)";
}

std::string
Parts::FindUselessTrimming() const
{
    const auto trimmer = m_switch->GetTrimmer();
    UintegerValue classes;
    trimmer->GetAttribute("Classes", classes);
    const uint8_t priority = m_nic->GetDataClass();
    if (!((classes.Get() >> priority) & 1) || m_scheme->GetAbilities().takesTrimmed)
    {
        return "";
    }
    return "switches trim frames of class " + std::to_string(priority) + ", and " +
           NameOf(m_scheme) +
           " takes no notice of what comes trimmed: it would be lost all the same; expected "
           "ns3::rdma::UetRud or ns3::rdma::UetRod, or ns3::fabric::Trimmer::Classes without this "
           "class";
}

std::vector<std::string>
Parts::FindNonsense() const
{
    std::vector<std::string> reasons = {FindSilence()};
    if ((m_law->GetSignalRequest().kinds & fabric::SIGNAL_INT) && !m_spreader.empty())
    {
        reasons.push_back("the congestion control " + NameOf(m_law) +
                          " compares the INT records of one path from packet to packet, and " +
                          m_spreader +
                          " sends packets on many: it would never react; expected one path per "
                          "queue pair");
    }
    reasons.push_back(FindReordering());
    reasons.push_back(FindUselessTrimming());
    if (m_selector->NeedsEcn() && !m_marks)
    {
        reasons.push_back(NameOf(m_selector) +
                          " changes the path where packets are marked, and the switches mark "
                          "nothing: it would never do so; expected a stack with ECN, or a limit "
                          "of the delay (ns3::rdma::Plb::DelayLimit)");
    }
    reasons.erase(std::remove(reasons.begin(), reasons.end(), std::string()), reasons.end());
    return reasons;
}

std::string
Parts::FindReadDoubt() const
{
    if (m_scheme->GetResponseStyle() != rdma::ResponseStyle::OF_REQUEST ||
        m_scheme->SplitsReads() || m_law->UsesCnp() ||
        m_law->GetInstanceTypeId() == rdma::NoCongestionControl::GetTypeId())
    {
        return "";
    }
    return NameOf(m_scheme) + " acknowledges no answers to READs: " + NameOf(m_law) +
           ", which reacts to acknowledgments, does not hear of their congestion";
}

/**
 * @param stack a stack
 * @param fetches whether all that is to be moved is READ
 * @param [out] nonsense what works, but not for what it is made for
 * @return why it cannot work, or empty
 */
std::string
Examine(const NetworkStack& stack, bool fetches, std::vector<std::string>& nonsense)
{
    const auto devices = stack.GetDevices();
    if (devices.messageNetwork.GetTypeId() == cluster::TcpMessageNetwork::GetTypeId())
    {
        nonsense = FindTcpNonsense(devices);
        return "";
    }
    if (devices.messageNetwork.GetTypeId() != cluster::PacketMessageNetwork::GetTypeId())
    {
        return ""; // no packets, whatever NICs and switches could do
    }
    const Parts parts(devices);
    nonsense = parts.FindNonsense();
    return parts.FindContradiction(fetches);
}

} // namespace

std::string
CheckStack(const NetworkStack& stack, bool fetches)
{
    std::vector<std::string> nonsense;
    const std::string contradiction = Examine(stack, fetches, nonsense);
    if (!contradiction.empty() || nonsense.empty() || stack.allowSenseless)
    {
        return contradiction;
    }
    return nonsense.front() + "; allowSenseless runs it all the same";
}

std::vector<std::string>
FindStackDoubts(const NetworkStack& stack)
{
    std::vector<std::string> nonsense;
    Examine(stack, true, nonsense);
    return nonsense;
}

std::string
FindReadDoubt(const NetworkStack& stack)
{
    return Parts(stack.GetDevices()).FindReadDoubt();
}

std::string
CheckFaults(const cluster::ClusterNetwork& network, bool hasFaults)
{
    return hasFaults && !network.MovesPackets()
               ? "faults are what packets meet, and the network moves none: they would do nothing; "
                 "expected another stack than flow-level, or no faults"
               : "";
}

} // namespace ns3::experiment
