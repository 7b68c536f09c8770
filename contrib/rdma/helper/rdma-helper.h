/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_HELPER_H
#define RDMA_HELPER_H

#include "ns3/fabric-port.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/rdma-nic.h"

#include <string>
#include <utility>
#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Installs NICs and connects queue pairs.
 *
 *     RdmaHelper rdma;
 *     rdma.SetCongestionControl("ns3::rdma::Dcqcn");
 *     rdma.SetReliability("ns3::rdma::GoBackN", "AckEvery", UintegerValue(16));
 *     auto a = rdma.Install(nodeA, {portA});
 *     auto b = rdma.Install(nodeB, {portB});
 *     auto [qpA, qpB] = RdmaHelper::Connect(a, b);
 */
class RdmaHelper
{
  public:
    RdmaHelper();

    /**
     * @param type TypeId name of a Reliability
     * @param args attribute names and values
     */
    template <typename... Args>
    void SetReliability(const std::string& type, Args&&... args)
    {
        SetStack("Reliability", ObjectFactory(type, std::forward<Args>(args)...));
    }

    /**
     * @param type TypeId name of a CongestionControl
     * @param args attribute names and values
     */
    template <typename... Args>
    void SetCongestionControl(const std::string& type, Args&&... args)
    {
        SetStack("CongestionControl", ObjectFactory(type, std::forward<Args>(args)...));
    }

    /**
     * @param type TypeId name of a PathSelector
     * @param args attribute names and values
     */
    template <typename... Args>
    void SetPathSelector(const std::string& type, Args&&... args)
    {
        SetStack("PathSelector", ObjectFactory(type, std::forward<Args>(args)...));
    }

    /** @param name of an attribute of Nic @param value for it */
    void SetNicAttribute(const std::string& name, const AttributeValue& value);

    /**
     * @param node where the NIC is aggregated; it has none yet
     * @param ports of the node, with their FabricAddress
     * @return the NIC
     */
    Ptr<Nic> Install(Ptr<Node> node, const std::vector<Ptr<fabric::Port>>& ports) const;

    /**
     * Make a connection.
     *
     * @param a one NIC
     * @param b another
     * @param portA index of the port of a
     * @param portB index of the port of b
     * @return the queue pairs at a and at b
     */
    static std::pair<Ptr<QueuePair>, Ptr<QueuePair>> Connect(Ptr<Nic> a,
                                                             Ptr<Nic> b,
                                                             uint16_t portA = 0,
                                                             uint16_t portB = 0);

  private:
    /** @param name of a factory attribute of Nic @param factory its value */
    void SetStack(const std::string& name, const ObjectFactory& factory);

    ObjectFactory m_nic; ///< makes the NICs
};

} // namespace ns3::rdma

#endif /* RDMA_HELPER_H */
