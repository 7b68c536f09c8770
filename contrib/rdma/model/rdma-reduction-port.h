/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_REDUCTION_PORT_H
#define RDMA_REDUCTION_PORT_H

#include "rdma-frame-client.h"

#include "ns3/fabric-frame.h"

#include <cstdint>
#include <vector>

namespace ns3::rdma
{

class Nic;
class ReductionPort;

/**
 * @ingroup rdma
 * Something at a host that takes part in aggregation trees: a worker, or a server that adds up what
 * switches did not.
 */
class ReductionEndpoint
{
  public:
    virtual ~ReductionEndpoint() = default;

    /** A frame of one of its trees has arrived. */
    virtual void Receive(const fabric::Frame& frame) = 0;

    /** @return class of its frames */
    virtual uint8_t GetPriority() const = 0;

    /** @param port where @param now the current time @return whether Next would give a frame */
    virtual bool HasNext(const ReductionPort& port, fabric::Ticks now) = 0;

    /**
     * @param port where it is to be sent
     * @param [out] fields what to send
     * @param [out] bytes size of the frame
     * @param now the current time
     * @return whether there is something
     */
    virtual bool Next(const ReductionPort& port,
                      fabric::ReductionFields& fields,
                      uint32_t& bytes,
                      fabric::Ticks now) = 0;
};

/**
 * @ingroup rdma
 * What the endpoints of aggregation trees at one port of a NIC have in common. They send by turns.
 */
class ReductionPort : public FrameClient
{
  public:
    /** @param nic the NIC @param port index of its port */
    ReductionPort(Nic& nic, uint16_t port);

    ~ReductionPort() override;

    ReductionPort(const ReductionPort&) = delete;
    ReductionPort& operator=(const ReductionPort&) = delete;

    /**
     * @param endpoint who sends by this port from now on
     * @param trees it gets the frames of these
     * @param contributions it gets the contributions; otherwise everything else
     */
    void Add(ReductionEndpoint* endpoint, const std::vector<uint32_t>& trees, bool contributions);

    /** @param endpoint who sends no more, and gets nothing */
    void Remove(ReductionEndpoint* endpoint);

    /** An endpoint has something to send. */
    void Kick();

    /** @return id of the node */
    uint32_t GetNodeId() const;

    void ReceiveFrame(const fabric::Frame& frame) override;
    bool WillPull(uint8_t eligible, fabric::Ticks at) override;
    fabric::Frame* Pull(uint8_t eligible, fabric::Ticks at) override;

  private:
    Nic& m_nic;                                  ///< NIC
    uint16_t m_port;                             ///< index of its port
    std::size_t m_turn{0};                       ///< who sends next
    std::vector<ReductionEndpoint*> m_endpoints; ///< who sends
    std::vector<ReductionEndpoint*> m_workers;   ///< by tree
    std::vector<ReductionEndpoint*> m_servers;   ///< by tree
};

} // namespace ns3::rdma

#endif /* RDMA_REDUCTION_PORT_H */
