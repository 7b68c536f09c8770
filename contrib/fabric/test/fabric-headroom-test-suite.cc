/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-carved-star.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/fabric-asic-preset.h"
#include "ns3/fabric-headroom.h"
#include "ns3/fabric-sonic-buffer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** The least headroom never drops, a frame less does: rates and lengths of data centres. */
class HeadroomRangeTestCase : public BufferTestCase
{
  public:
    /** @param gbps rate @param metres length of the cable */
    HeadroomRangeTestCase(uint32_t gbps, uint32_t metres)
        : BufferTestCase("Least headroom at " + std::to_string(gbps) + "Gbps, " +
                         std::to_string(metres) + " m"),
          m_gbps(gbps),
          m_metres(metres)
    {
    }

  private:
    static constexpr uint32_t FRAME = 4158; ///< RoCEv2 frame of MTU 4096

    void DoRun() override
    {
        HeadroomParameters parameters;
        parameters.bitRate = m_gbps * 1'000'000'000ULL;
        parameters.propagation = m_metres * 5000; // 5 ns per metre
        parameters.peerFrameBytes = FRAME;
        const uint64_t least = MinimumHeadroom(parameters);
        if (m_gbps == 800 && m_metres == 2000)
        {
            // By hand: frame of 4178 B 41.78 ns, PFC frame of 84 B 0.84 ns, cable 10 us:
            // 0.84 + 41.78 + 20,000 ns = 20,042.62 ns = 479.72 frames: 480 frames, 2 MB.
            NS_TEST_EXPECT_MSG_EQ(least, 480 * FRAME, "by hand");
        }
        NS_TEST_EXPECT_MSG_EQ(Drops(least), 0, "least headroom");
        NS_TEST_EXPECT_MSG_EQ(Drops(least - FRAME), 2, "one frame less, for each of two senders");
        // The inverse: this cable is short enough, one with a frame more in flight is not.
        const Ticks longest = LongestLosslessDelay(least, parameters);
        NS_TEST_EXPECT_MSG_GT_OR_EQ(longest, parameters.propagation, "longest cable");
        NS_TEST_EXPECT_MSG_LT(LongestLosslessDelay(least - FRAME, parameters),
                              parameters.propagation,
                              "longest cable with a frame less");
    }

    /** @param headroom bytes @return frames dropped by the switch */
    uint64_t Drops(uint64_t headroom)
    {
        // Nothing drains while the headroom fills: the receiver is paused before, for longer.
        CarvedStar star(3,
                        3 * (headroom + 18'796) + 500'000,
                        headroom,
                        std::to_string(m_gbps) + "Gbps",
                        NanoSeconds(5 * m_metres));
        star.Block(0, 3);
        const uint32_t frames = 30 + headroom / FRAME;
        const Time start = MicroSeconds(100);
        for (uint32_t i = 1; i <= 2; ++i)
        {
            Simulator::Schedule(
                start, &TestHost::Saturate, star.hosts[i].get(), 0, frames, FRAME, 3);
        }
        const Time filled = start + NanoSeconds(frames * 8 * 4178 / m_gbps + 15 * m_metres);
        Simulator::Schedule(filled, &Port::ResumePeer, star.hosts[0]->port, 3);
        Simulator::Run();
        const uint64_t drops = star.sw->GetNLosslessDrops();
        NS_TEST_EXPECT_MSG_EQ(
            star.hosts[0]->arrivals.size() + drops, 2 * frames, "every frame arrives or is lost");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetOccupancy(), 0, "the memory is empty");
        CheckBooks(*star.buffer);
        Simulator::Destroy();
        return drops;
    }

    uint32_t m_gbps;   ///< rate of the links
    uint32_t m_metres; ///< their length
};

/** The longest lossless link of each ASIC: L = buf 8 v / 2C. */
class LongestLinkTestCase : public BufferTestCase
{
  public:
    /** @param preset the ASIC */
    explicit LongestLinkTestCase(const AsicPreset& preset)
        : BufferTestCase("Longest lossless link of " + preset.name),
          m_preset(preset)
    {
    }

  private:
    void DoRun() override
    {
        // Figures of DCP (SIGCOMM 2025), table 1, for one lossless class: 64 MB / 32 ports 4.1 km,
        // Tomahawk 5 2.62 km, Spectrum-4 2.56 km. By hand, v = 2e8 m/s:
        // 64 MiB / 32 x 8 x 2e8 / (2 x 400e9) = 4194 m; 167.5 MB / 64: 2618 m; 158.2 MB / 64: 2472
        // m; 8 GiB / 12 at 400 Gb/s: 1,431,656 m.
        const double closed = m_preset.bytesPerPort * 8.0 * 2e8 / (2.0 * m_preset.bitRate);
        const double published = m_preset.name == "tomahawk-5"   ? 2620
                                 : m_preset.name == "spectrum-4" ? 2560
                                 : m_preset.ports == 32          ? 4100
                                                                 : 1'431'656;
        NS_TEST_EXPECT_MSG_EQ_TOL(closed, published, 0.04 * published, "closed form");
        // All memory of a port but the guarantee of the class is headroom; frames of whole cells.
        const uint32_t frame = 4158 / m_preset.cellBytes * m_preset.cellBytes;
        HeadroomParameters parameters;
        parameters.bitRate = m_preset.bitRate;
        parameters.peerFrameBytes = frame;
        const uint64_t headroom = m_preset.bytesPerPort - 18'796 - 2 * frame;
        const Ticks longest = LongestLosslessDelay(headroom, parameters);
        const double metres = longest / 5000.0;
        NS_TEST_EXPECT_MSG_EQ_TOL(metres, closed, 0.03 * closed, "longest link");
        if (m_preset.ports > 64)
        {
            return; // a thousand kilometres: too many frames for a quick test
        }
        NS_TEST_EXPECT_MSG_EQ(Drops(headroom, frame, longest), 0, "as long as that");
        NS_TEST_EXPECT_MSG_GT(Drops(headroom, frame, longest + longest / 33), 0, "3 % longer");
    }

    /** @return frames dropped with a cable of a delay */
    uint64_t Drops(uint64_t headroom, uint32_t frame, Ticks delay)
    {
        Star star(2, std::to_string(m_preset.bitRate) + "bps", TimeStep(delay));
        auto buffer = CreateObject<SonicBuffer>();
        for (const auto& [name, value] : m_preset.settings)
        {
            NS_TEST_EXPECT_MSG_EQ(
                buffer->SetAttributeFailSafe(name, StringValue(value)), true, name);
        }
        buffer->SetAttribute("Size", UintegerValue(2 * m_preset.bytesPerPort));
        buffer->SetAttribute("HeadroomPool", UintegerValue(0));
        buffer->SetAttribute("HeadroomOversubscription", DoubleValue(0));
        buffer->SetAttribute("ComputeHeadroom", BooleanValue(false));
        buffer->SetAttribute("FixedHeadroom", UintegerValue(headroom));
        star.sw->SetBufferPolicy(buffer);
        star.hosts[0]->port->PausePeer(3);
        Simulator::Schedule(MicroSeconds(100),
                            &TestHost::Saturate,
                            star.hosts[1].get(),
                            0,
                            headroom / frame + 100,
                            frame,
                            3);
        Simulator::Stop(MicroSeconds(400));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(+star.hosts[1]->port->GetPausedClasses(), 8, "the sender is paused");
        CheckBooks(*buffer);
        const uint64_t drops = star.sw->GetNLosslessDrops();
        Simulator::Destroy();
        return drops;
    }

    AsicPreset m_preset; ///< the ASIC
};

/** Every preset gives a memory that works with all ports of its switch. */
class PresetTestCase : public BufferTestCase
{
  public:
    PresetTestCase()
        : BufferTestCase("Presets")
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(AsicPreset::GetAll().size(), 5, "presets");
        NS_TEST_EXPECT_MSG_EQ((AsicPreset::Find("tomahawk-4") == nullptr), true, "not there");
        for (const auto& preset : AsicPreset::GetAll())
        {
            NS_TEST_ASSERT_MSG_EQ(AsicPreset::Find(preset.name), &preset, "by name");
            NS_TEST_EXPECT_MSG_EQ(preset.source.empty(), false, "a source is given");
            Star star(preset.ports, std::to_string(preset.bitRate) + "bps", NanoSeconds(250));
            auto buffer = CreateObject<SonicBuffer>();
            for (const auto& [name, value] : preset.settings)
            {
                buffer->SetAttribute(name, StringValue(value));
            }
            NS_TEST_EXPECT_MSG_EQ(buffer->Check(*star.sw), "", preset.name);
            buffer->Setup(*star.sw);
            // the whole memory, but for what the division by the ports lost
            NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(buffer->GetEgressLosslessPool().size),
                                      static_cast<double>(preset.bytesPerPort * preset.ports),
                                      preset.ports,
                                      "memory of " << preset.name);
            // Most of the memory is to be shared.
            NS_TEST_EXPECT_MSG_GT(buffer->GetIngressPool().size,
                                  buffer->GetEgressLosslessPool().size / 2,
                                  "shared part of " << preset.name);
            Simulator::Destroy();
        }
    }
};

/** Suite: the room that lossless classes need, and the memories of real switches. */
class FabricHeadroomTestSuite : public TestSuite
{
  public:
    FabricHeadroomTestSuite()
        : TestSuite("weft-fabric-headroom", TestSuite::Type::UNIT)
    {
        for (const uint32_t gbps : {100, 400, 800})
        {
            for (const uint32_t metres : {5, 40, 300, 2000})
            {
                AddTestCase(new HeadroomRangeTestCase(gbps, metres));
            }
        }
        for (const auto& preset : AsicPreset::GetAll())
        {
            AddTestCase(new LongestLinkTestCase(preset));
        }
        AddTestCase(new PresetTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricHeadroomTestSuite g_fabricHeadroomTestSuite; ///< registers the suite

} // namespace
