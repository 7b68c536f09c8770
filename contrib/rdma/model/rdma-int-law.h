/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_INT_LAW_H
#define RDMA_INT_LAW_H

#include "rdma-int-history.h"
#include "rdma-window-law.h"

#include "ns3/uinteger.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * What laws that compare INT records from acknowledgment to acknowledgment have in common: they ask
 * for the records, and measure by those of this acknowledgment and of the last one where both are
 * of the same path.
 *
 * @tparam Base the WindowLaw that acts upon the measurements
 */
template <typename Base>
class IntLaw : public Base
{
  protected:
    /** @param tid of the law @return the same, with the attribute IntHops */
    static TypeId AddIntHops(TypeId tid)
    {
        return tid.AddAttribute(
            "IntHops",
            "Switches whose records a frame has space for, 1 to 8; 8 bytes each. Later ones on a "
            "longer path are not seen. Default: HPCC (SIGCOMM 2019).",
            UintegerValue(5),
            MakeUintegerAccessor(&IntLaw::m_intHops),
            MakeUintegerChecker<uint8_t>(1, fabric::SignalRequest::MAX_HOPS));
    }

    void DoStart() override
    {
        m_history.Clear();
        fabric::SignalRequest request;
        request.kinds = fabric::SIGNAL_INT;
        request.intHops = m_intHops;
        this->RequestSignals(request);
        Base::DoStart();
    }

    /** @param index of a hop @return what the last acknowledgment said of it */
    const IntHistory::Hop& GetBefore(uint8_t index) const
    {
        return m_history.Get(index);
    }

  private:
    void DoAck(const CongestionControl::Ack& ack) override
    {
        this->GetAckClock().Acked(ack.ackedBytes);
        if (!ack.signals)
        {
            return;
        }
        if (m_history.Matches(*ack.signals))
        {
            Measure(*ack.signals);
        }
        m_history.Keep(*ack.signals);
    }

    /** Measure and act. @param signals records, of the same hops as the last ones and later */
    virtual void Measure(const fabric::FrameSignals& signals) = 0;

    uint8_t m_intHops{5}; ///< hops that frames have space for
    IntHistory m_history; ///< records of the last acknowledgment
};

} // namespace ns3::rdma

#endif /* RDMA_INT_LAW_H */
