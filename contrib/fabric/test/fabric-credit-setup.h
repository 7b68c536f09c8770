/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CREDIT_SETUP_H
#define FABRIC_CREDIT_SETUP_H

#include "fabric-test-net.h"

#include "ns3/config.h"
#include "ns3/fabric-frame-error-model.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <array>
#include <functional>
#include <string>

namespace ns3::fabric::tests
{

constexpr uint32_t FRAME = 1230; ///< with 20 B of gap 100 ns at 100 Gb/s

/** Defaults of all ports made from now on, set back at the end. */
class PortDefaults
{
  public:
    /** @param flowControl kind @param frames credit of each lane in frames of FRAME bytes */
    PortDefaults(const std::string& flowControl, uint32_t frames)
    {
        // The timer would send frames between those of the closed forms.
        Set(flowControl, uint64_t{frames} * FRAME, FRAME, FRAME, "1s", IDENTITY);
    }

    ~PortDefaults()
    {
        Set("Pfc", 0, 9216, 4096, "26us", IDENTITY);
    }

    /** Map classes to lanes. */
    static void MapLanes(const std::string& lanes)
    {
        Config::SetDefault("ns3::fabric::CreditControl::SlToVl", StringValue(lanes));
    }

    /** Tell totals this often. */
    static void RefreshEvery(const std::string& interval)
    {
        Config::SetDefault("ns3::fabric::CreditControl::RefreshInterval", StringValue(interval));
    }

    /** Let frames be this large. */
    static void ResizeFrames(uint32_t bytes)
    {
        Config::SetDefault("ns3::fabric::CreditControl::MaxFrame", UintegerValue(bytes));
    }

  private:
    static constexpr const char* IDENTITY = "0,1,2,3,4,5,6,7"; ///< a lane for each class

    static void Set(const std::string& flowControl,
                    uint64_t bytes,
                    uint32_t frame,
                    uint32_t quantum,
                    const std::string& refresh,
                    const std::string& lanes)
    {
        const std::string credits = "ns3::fabric::CreditControl::";
        Config::SetDefault("ns3::fabric::Port::FlowControl", StringValue(flowControl));
        Config::SetDefault(credits + "Bytes", UintegerValue(bytes));
        Config::SetDefault(credits + "Quantum", UintegerValue(quantum));
        ResizeFrames(frame);
        RefreshEvery(refresh);
        MapLanes(lanes);
    }
};

/** Loses what a test wants to be lost. */
class ChosenErrorModel : public FrameErrorModel
{
  public:
    /** @param loses says whether to lose the n-th frame of its kind, from 0 */
    explicit ChosenErrorModel(std::function<bool(const Frame& frame, uint64_t n)> loses)
        : m_loses(std::move(loses))
    {
    }

    uint64_t lost{0}; ///< frames

  private:
    bool DoIsLost(const Frame& frame) override
    {
        const bool isLost = m_loses(frame, m_seen[frame.kind == FrameKind::CREDIT]++);
        lost += isLost;
        return isLost;
    }

    std::function<bool(const Frame& frame, uint64_t n)> m_loses; ///< which
    std::array<uint64_t, 2> m_seen{};                            ///< data and credit frames
};

} // namespace ns3::fabric::tests

#endif /* FABRIC_CREDIT_SETUP_H */
