/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-int-stamper.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(IntStamper);

TypeId
IntStamper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::IntStamper")
                            .SetParent<Stamper>()
                            .SetGroupName("Fabric")
                            .AddConstructor<IntStamper>();
    return tid;
}

void
IntStamper::DoStamp(Frame& frame, const Departure& departure)
{
    if (FrameSignals* signals = GetWritable(frame, SIGNAL_INT))
    {
        if (signals->nHops < signals->request.intHops)
        {
            IntHop& hop = signals->hops[signals->nHops++];
            hop.timestamp = departure.at;
            hop.delay = departure.at - signals->arrivedAt;
            hop.txBytes = m_txBytes;
            hop.bitRate = GetPlace().bitRate;
            hop.queueBytes = departure.queueBytes;
            hop.node = GetPlace().node;
        }
        else
        {
            signals->overflow = true;
        }
    }
    m_txBytes += frame.bytes;
}

} // namespace ns3::fabric
