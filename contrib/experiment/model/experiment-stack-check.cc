/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-stack-check.h"

#include "ns3/cluster-tcp-message-network.h"
#include "ns3/fabric-signals.h"
#include "ns3/fabric-stamper-list.h"
#include "ns3/fabric-switch.h"
#include "ns3/object-factory.h"
#include "ns3/rdma-congestion-control.h"
#include "ns3/rdma-nic.h"
#include "ns3/rdma-path-selector.h"
#include "ns3/string.h"
#include "ns3/tcp-dctcp.h"
#include "ns3/type-id.h"

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

/** @param type a load balancer @return whether it may send each packet another way */
bool
SpreadsPackets(const std::string& type)
{
    static const std::set<std::string> spreading = {"ns3::fabric::RandomSpray",
                                                    "ns3::fabric::RoundRobinSpray",
                                                    "ns3::fabric::Adaptive",
                                                    "ns3::fabric::Drill"};
    return spreading.count(type) > 0;
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

/** @param devices what the cluster is to be made of @return what is wrong with TCP over it */
std::string
CheckTcp(const cluster::NetworkStack& devices)
{
    const bool marks = devices.marker.IsTypeIdSet();
    const TypeId law = GetDefault<TypeIdValue>("ns3::TcpL4Protocol", "SocketType").Get();
    const bool needsMarks = law == TcpDctcp::GetTypeId() || law.IsChildOf(TcpDctcp::GetTypeId());
    if (needsMarks && !marks)
    {
        return "the congestion control " + law.GetName() +
               " needs ECN marks, and the switches mark nothing: it would be NewReno; expected a "
               "stack with ECN";
    }
    const auto ecn = GetDefault<StringValue>("ns3::TcpSocketBase", "UseEcn").Get();
    if (marks && !needsMarks && ecn == "Off")
    {
        return "the switches mark, and TCP does not listen to ECN: marks would have no effect; "
               "expected ns3::TcpSocketBase::UseEcn: On, or ecn without a marker";
    }
    return "";
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
    return "";
}

} // namespace

std::string
CheckStack(const cluster::NetworkStack& devices)
{
    if (devices.messageNetwork.GetTypeId() == cluster::TcpMessageNetwork::GetTypeId())
    {
        return CheckTcp(devices);
    }
    const auto nic = devices.nic.Create<rdma::Nic>();
    if (const std::string reason = CheckPartners(nic); !reason.empty())
    {
        return reason;
    }
    const auto law = Make<rdma::CongestionControl>(nic, "CongestionControl");
    const auto selector = Make<rdma::PathSelector>(nic, "PathSelector");
    const auto device = devices.fabricSwitch.Create<fabric::Switch>();
    const std::string name = law->GetInstanceTypeId().GetName();
    const std::string prefix = "the congestion control " + name;
    rdma::CongestionControl::Context context;
    context.lineRate = 100'000'000'000;
    context.mtuBytes = 4096;
    context.frameBytes = 4178;
    law->Start(context, nullptr);

    std::string reason;
    const uint8_t kinds = law->GetSignalRequest().kinds;
    for (const Signal& signal : SIGNALS)
    {
        if ((kinds & signal.kind) && !Has(device->GetStampers(), signal.stamper))
        {
            reason = prefix + " needs " + signal.name + " of the switches, which have no " +
                     signal.stamper +
                     ": it would never react; expected it in ns3::fabric::Switch::Stampers, or a "
                     "stack that has it";
        }
    }
    const bool marks = devices.marker.IsTypeIdSet();
    if (reason.empty() && law->NeedsEcn() && !marks)
    {
        reason = prefix + " needs ECN marks, and the switches mark nothing: it would never slow "
                          "down; expected a stack with ECN";
    }
    if (reason.empty() && (kinds & fabric::SIGNAL_INT))
    {
        const std::string balancer =
            devices.loadBalancer.IsTypeIdSet() ? devices.loadBalancer.GetTypeId().GetName() : "";
        const std::string spreader = Spreads(*selector) ? selector->GetInstanceTypeId().GetName()
                                     : SpreadsPackets(balancer) ? balancer
                                                                : "";
        if (!spreader.empty())
        {
            reason = prefix + " compares the INT records of one path from packet to packet, and " +
                     spreader +
                     " sends packets on many: it would never react; expected one path per queue "
                     "pair";
        }
    }
    if (reason.empty() && devices.trafficEngineer.IsTypeIdSet() && Spreads(*selector))
    {
        reason = "paths are chosen centrally, one for each queue pair, and " +
                 selector->GetInstanceTypeId().GetName() +
                 " sends packets on many; expected one path per queue pair";
    }
    law->Dispose();
    return reason;
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
