/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_SCALE_UP_REDUCTION_H
#define CLUSTER_SCALE_UP_REDUCTION_H

#include "cluster-fluid-links.h"
#include "cluster-message-network.h"
#include "cluster-reduction-groups-user.h"

#include "ns3/data-rate.h"
#include "ns3/fabric-time.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/rdma-alarm.h"
#include "ns3/rdma-ring-buffer.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ns3::cluster
{

/** Groups of scale-up switches have numbers from here on, those of scale-out switches lower ones.
 */
constexpr uint32_t FIRST_SCALE_UP_GROUP = 0xC0000000;

/**
 * @ingroup cluster
 * The switch of a scale-up domain adds up and copies: NVLS, NVLink SHARP, of NVSwitch 3 and later
 * (multimem.ld_reduce, multimem.red and multimem.st of PTX).
 *
 * When all members of a group have sent, their data flows as a fluid through the ports of the
 * ScaleUpDomain, at one rate everywhere and in competition with all other transfers:
 *
 * - a sum goes through the egress ports of all members, the adders, and the ingress ports of those
 *   who are to have it (SUM_TO_ALL: all, SUM_TO_ROOT: one);
 * - a copy (COPY_FROM_ROOT) goes through the egress port of one member and the ingress ports of
 *   all: a multicast store is for the own memory too.
 *
 * The result is there 2 Latency of the domain and the Latency of the switch after the last byte has
 * left: to the switch and back. So S bytes among n members alone in the domain take
 * S / Rate + 2 Latency + switch latency: an all-reduce of S bytes, and just so the reduce-scatter
 * of S bytes as n sums of S/n (egress S, ingress S/n), and the all-gather as n copies of S/n.
 *
 * Deliberate differences: an all-reduce is one flow up and down. Where every member instead loads
 * its n-th of the sum and stores it to all, as NCCL's kernels do, a port carries S (1 + 1/n) each
 * way. Flags between members and headers are left out. When all have sent is known at once.
 */
class ScaleUpReduction : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ScaleUpReduction();
    ~ScaleUpReduction() override;

    /**
     * @param nodeId node of the server: context of all events
     * @param links ports of the domain: egress, then ingress; outlives the use
     * @param accelerators their number, each
     * @param latency one-way latency of the domain
     */
    void Setup(uint32_t nodeId, FluidLinks& links, uint32_t accelerators, Time latency);

    /** @param user who hears what became of messages; must outlive the use */
    void SetUser(ReductionGroupsUser* user);

    /** @param number of a new group @param members accelerators within the server */
    void AddGroup(uint32_t number, const std::vector<uint32_t>& members);

    /** @param message from a member to its group @return why not; empty if it is under way */
    std::string Post(const Message& message);

    /** The last byte of a group's flow has left. @param flow as given to the links */
    void FlowLeft(const Message& flow);

  protected:
    void DoDispose() override;

  private:
    /** A group. */
    struct Group
    {
        std::vector<uint32_t> members;                        ///< accelerators within the server
        std::map<uint64_t, std::vector<Message>> awaited;     ///< by tag: who has sent, not yet all
        std::map<std::pair<int, uint32_t>, uint32_t> streams; ///< by use and root
    };

    /** Results that are on their way. */
    struct Delivery
    {
        Ticks at{0};                   ///< when they are there
        std::vector<Message> messages; ///< of the members
    };

    /** @return the stream of a use and root of a group, made if there is none */
    uint32_t FindStream(Group& group, const Message& message);

    /** Results are there: the event. */
    void Deliver();

    using DeliverAlarm = rdma::Alarm<ScaleUpReduction, &ScaleUpReduction::Deliver>;

    DataRate m_rate;                                    ///< of the adders
    Time m_latency;                                     ///< of the switch
    FluidLinks* m_links{nullptr};                       ///< ports
    uint32_t m_nAccelerators{0};                        ///< ports each way
    uint32_t m_adders{0};                               ///< link that stands for them
    Ticks m_wayTime{0};                                 ///< from the last byte to the result
    ReductionGroupsUser* m_user{nullptr};               ///< who hears of messages
    std::map<uint32_t, Group> m_groups;                 ///< by number
    std::map<uint64_t, std::vector<Message>> m_flowing; ///< by cookie: messages of the members
    uint64_t m_nextCookie{0};                           ///< of the next flow
    rdma::RingBuffer<Delivery> m_deliveries;            ///< in the order of arrival
    DeliverAlarm* m_deliverAlarm;                       ///< event, reference counted
};

} // namespace ns3::cluster

#endif /* CLUSTER_SCALE_UP_REDUCTION_H */
