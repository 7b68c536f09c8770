/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_TEST_MEDDLER_H
#define RDMA_TEST_MEDDLER_H

#include "ns3/fabric-frame.h"
#include "ns3/fabric-port-owner.h"
#include "ns3/fabric-port.h"
#include "ns3/fabric-time.h"
#include "ns3/object.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace ns3::rdma::tests
{

using fabric::Ticks;

/**
 * A box between two hosts that loses, repeats, delays and so reorders frames as it is told, frame
 * by frame.
 */
class Meddler : public Object, public fabric::PortOwner
{
  public:
    /**
     * What becomes of a frame. It may be changed; the list has one entry for each copy that goes
     * on: after what delay. Without a rule each frame goes on at once.
     */
    using Rule = std::function<void(fabric::Frame& frame, std::vector<Ticks>& delays)>;

    /** @return the TypeId */
    static TypeId GetTypeId();

    /** @param port one of two ports */
    void AddPort(Ptr<fabric::Port> port);

    /** @param rule what to do with frames from now on */
    void SetRule(Rule rule);

    /** @return frames that went on neither once nor at once */
    uint64_t GetNMeddled() const;

    void ReceiveFrame(fabric::Port& port, fabric::Frame* frame) override;

  protected:
    void DoDispose() override;

  private:
    std::vector<Ptr<fabric::Port>> m_ports; ///< left and right
    Rule m_rule;                            ///< what to do
    std::vector<Ticks> m_delays;            ///< of the frame at hand
    uint64_t m_meddled{0};                  ///< frames meddled with
};

} // namespace ns3::rdma::tests

#endif /* RDMA_TEST_MEDDLER_H */
