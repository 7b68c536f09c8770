/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CARVED_STAR_H
#define FABRIC_CARVED_STAR_H

#include "fabric-test-net.h"

#include "ns3/boolean.h"
#include "ns3/fabric-sonic-buffer.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <string>

namespace ns3::fabric::tests
{

/** A star with a SonicBuffer whose headroom is fixed. */
struct CarvedStar : public Star
{
    /** @param n hosts @param size memory, bytes @param headroom of each lossless group, bytes */
    CarvedStar(uint32_t n,
               uint64_t size,
               uint64_t headroom,
               const std::string& rate = "400Gbps",
               Time delay = NanoSeconds(500))
        : Star(n, rate, delay),
          buffer(CreateObject<SonicBuffer>())
    {
        buffer->SetAttribute("Size", UintegerValue(size));
        buffer->SetAttribute("ComputeHeadroom", BooleanValue(false));
        buffer->SetAttribute("FixedHeadroom", UintegerValue(headroom));
        sw->SetBufferPolicy(buffer);
    }

    /** The host keeps a class paused. */
    void Block(uint32_t host, uint8_t priority)
    {
        hosts[host]->port->PausePeer(priority);
    }

    /** Host `from` sends n frames to host `to`, from 3 us on: all pauses are in force by then. */
    void SendLater(uint32_t from, uint32_t to, uint32_t n, uint32_t bytes, uint8_t priority)
    {
        TestHost* host = hosts[from].get();
        Simulator::Schedule(MicroSeconds(3), &TestHost::Saturate, host, to, n, bytes, priority);
    }

    Ptr<SonicBuffer> buffer; ///< memory of the switch
};

/** Base of the cases: the books agree. */
class BufferTestCase : public TestCase
{
  public:
    using TestCase::TestCase;

  protected:
    /** Assert the identities of the memory. */
    void CheckBooks(const SonicBuffer& buffer)
    {
        std::string why;
        NS_TEST_EXPECT_MSG_EQ(buffer.CheckIdentities(why), true, why);
    }
};

} // namespace ns3::fabric::tests

#endif /* FABRIC_CARVED_STAR_H */
