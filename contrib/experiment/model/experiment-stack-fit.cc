/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-stack-fit.h"

#include "ns3/cluster-longest-path.h"
#include "ns3/double.h"
#include "ns3/fabric-time.h"
#include "ns3/nstime.h"
#include "ns3/type-id.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <string>

namespace ns3::experiment
{

using fabric::Ticks;

namespace
{

constexpr uint32_t HEADER_BYTES = 128;          ///< of a frame and of an ACK, gap included
constexpr uint64_t TRIM_RATE = 400'000'000'000; ///< that thresholds of Ultra Ethernet are for
constexpr uint8_t ROCE_CLASS = 3;               ///< class of data, see rdma::QueuePair::Priority

/**
 * @tparam T type of an attribute's value
 * @param type name of a type
 * @param attribute of it
 * @return its default as it is now, or that of T if there is no such attribute
 */
template <typename T>
T
GetDefault(const std::string& type, const std::string& attribute)
{
    TypeId::AttributeInformation info;
    if (TypeId::LookupByName(type).LookupAttributeByName(attribute, &info))
    {
        if (const auto* value = dynamic_cast<const T*>(PeekPointer(info.initialValue)))
        {
            return *value;
        }
    }
    return T();
}

/** @param graph a network @return most ports of a switch */
std::size_t
CountPorts(const cluster::TopologyGraph& graph)
{
    std::size_t most = 0;
    for (const auto& vertex : graph.GetVertices())
    {
        if (vertex.kind == cluster::TopologyGraph::Kind::SWITCH)
        {
            most = std::max(most, vertex.edges.size());
        }
    }
    return most;
}

/** @param stack a stack @param graph the network @return bytes of the fullest queue of its class */
uint64_t
GetFullQueue(const NetworkStack& stack, const cluster::TopologyGraph& graph)
{
    const std::string& policy = stack.bufferPolicy;
    const std::size_t ports = CountPorts(graph);
    const uint64_t perPort = GetDefault<UintegerValue>(policy, "SizePerPort").Get();
    const uint64_t size =
        perPort > 0 ? perPort * ports : GetDefault<UintegerValue>(policy, "Size").Get();
    const bool lossless =
        GetDefault<UintegerValue>(policy, "LosslessClasses").Get() >> ROCE_CLASS & 1;
    // Dynamic thresholds: a part that may hold a times what is free holds a / (1 + a) of all, and n
    // such parts n a / (1 + n a).
    const double alpha =
        lossless ? GetDefault<DoubleValue>(policy, "Alpha").Get() * (static_cast<double>(ports) - 1)
                 : GetDefault<DoubleValue>(policy, "LossyAlpha").Get();
    return alpha > 0 ? static_cast<uint64_t>(static_cast<double>(size) * alpha / (1 + alpha))
                     : size;
}

/** @param bytes a queue @param rate of its cable, bit/s @return how long it takes to leave, ps */
Ticks
GetDrainTime(uint64_t bytes, uint64_t rate)
{
    return static_cast<Ticks>(static_cast<double>(bytes) * 8e12 / static_cast<double>(rate));
}

/** @param stack a stack @param name of a setting @return its value, empty if it is not set */
std::string
GetSetting(const NetworkStack& stack, const std::string& name)
{
    std::string value;
    for (const auto& setting : stack.settings)
    {
        value = setting.name == name ? setting.value : value;
    }
    return value;
}

/** Collects settings. */
class Fit
{
  public:
    /** @param stack to be fitted */
    explicit Fit(const NetworkStack& stack)
        : m_stack(stack),
          m_listed(NetworkStack::Find(stack.name).value_or(stack))
    {
    }

    /** Set a time. @param name full name of the attribute @param time ps */
    void Set(const std::string& name, Ticks time)
    {
        m_settings.push_back({name, std::to_string(time) + "ps"});
    }

    /** Raise a time to what is asked. @param type name @param attribute of it @param time ps */
    void Raise(const std::string& type, const std::string& attribute, Ticks time)
    {
        TypeId::AttributeInformation info;
        TypeId::LookupByName(type).LookupAttributeByName(attribute, &info);
        const auto declared = DynamicCast<const TimeValue>(info.originalInitialValue);
        Set(type + "::" + attribute, std::max(time, declared->Get().GetTimeStep()));
    }

    /** Set a number of bytes unless the user chose it. @param name of the attribute @param bytes */
    void SetThreshold(const std::string& name, uint64_t bytes)
    {
        if (GetSetting(m_stack, name) == GetSetting(m_listed, name))
        {
            m_settings.push_back({name, std::to_string(bytes)});
        }
    }

    /** @return the settings */
    std::vector<AttributeSetting> Take()
    {
        return std::move(m_settings);
    }

  private:
    const NetworkStack& m_stack;              ///< the stack
    const NetworkStack m_listed;              ///< the same before the user changed it
    std::vector<AttributeSetting> m_settings; ///< what to set
};

/** Set what Ultra Ethernet needs. @param [in,out] fit it @param stack a stack @param rtt longest,
 * ps */
void
FitUltraEthernet(Fit& fit, const NetworkStack& stack, Ticks rtt)
{
    for (const char* type : {"Nscc", "Rccc", "CreditPacer", "UetRud"})
    {
        fit.Set(std::string("ns3::rdma::") + type + "::BaseRtt", rtt);
    }
    if (GetSetting(stack, "ns3::rdma::Nic::WireFormat").rfind("UltraEthernet", 0) == 0)
    {
        const auto bdp =
            static_cast<uint64_t>(static_cast<double>(TRIM_RATE) / 8e12 * static_cast<double>(rtt));
        fit.SetThreshold("ns3::fabric::Trimmer::Threshold", bdp);
        fit.SetThreshold("ns3::fabric::RedMarker::Kmin", bdp / 5);
        fit.SetThreshold("ns3::fabric::RedMarker::Kmax", bdp * 4 / 5);
    }
    const Ticks rto = rtt * 36 / 5;
    fit.Raise("ns3::rdma::UetRud", "Rto", rto);
    fit.Raise("ns3::rdma::UetRudi", "Rto", rto);
}

} // namespace

std::vector<AttributeSetting>
FitStack(const NetworkStack& stack, const cluster::TopologyGraph& graph)
{
    const uint64_t rate = cluster::GetLowestRate(graph);
    if (stack.messageNetwork != "ns3::cluster::PacketMessageNetwork" || rate == 0)
    {
        return {};
    }
    const auto mtu =
        static_cast<uint32_t>(GetDefault<UintegerValue>("ns3::rdma::QueuePair", "PathMtu").Get());
    const Ticks latency =
        std::max(GetDefault<TimeValue>("ns3::fabric::Port", "ReceiveLatency").Get(),
                 GetDefault<TimeValue>("ns3::fabric::Switch", "PipelineLatency").Get())
            .GetTimeStep();
    const Ticks rtt = cluster::GetLongestRoundTrip(
        graph, stack.GetPathRule(), mtu + HEADER_BYTES, HEADER_BYTES, latency);
    if (rtt == 0)
    {
        return {};
    }
    const Ticks drain = GetDrainTime(GetFullQueue(stack, graph), rate);
    Fit fit(stack);
    fit.Set("ns3::rdma::SelectiveRepeat::RtoHigh", rtt + drain);
    fit.Set("ns3::rdma::SelectiveRepeat::RtoLow", (rtt + drain) * 100 / 320);
    FitUltraEthernet(fit, stack, rtt);
    fit.Raise("ns3::rdma::WindowLaw", "BaseRtt", rtt);
    fit.Raise("ns3::fabric::PintStamper", "BaseRtt", rtt);
    return fit.Take();
}

} // namespace ns3::experiment
