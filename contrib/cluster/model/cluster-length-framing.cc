/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-length-framing.h"

#include <algorithm>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(LengthFraming);

TypeId
LengthFraming::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::LengthFraming")
                            .SetParent<StreamFraming>()
                            .SetGroupName("Cluster")
                            .AddConstructor<LengthFraming>();
    return tid;
}

Ptr<Packet>
LengthFraming::DoPull(uint32_t room)
{
    if (!IsOpener() || !GetCurrent() || room == 0)
    {
        return nullptr;
    }
    if (!m_opened || !m_inMessage)
    {
        if (room < RECORD_BYTES)
        {
            return nullptr;
        }
        const Record record = m_opened ? Encode(*GetCurrent()) : Encode(GetOpening());
        m_inMessage = m_opened;
        m_left = m_opened ? GetCurrent()->bytes : 0;
        m_opened = true;
        if (m_inMessage && m_left == 0)
        {
            m_inMessage = false;
            EndCurrent();
        }
        return Create<Packet>(record.data(), RECORD_BYTES);
    }
    const auto bytes = static_cast<uint32_t>(std::min<uint64_t>(m_left, room));
    m_left -= bytes;
    if (m_left == 0)
    {
        m_inMessage = false;
        EndCurrent();
    }
    return Create<Packet>(bytes);
}

void
LengthFraming::DoRead(ByteStream& stream)
{
    Record record;
    while (true)
    {
        if (m_inMessage)
        {
            m_left -= stream.Skip(m_left);
            if (m_left > 0)
            {
                return;
            }
            m_inMessage = false;
            GetUser()->ItemArrived(m_arriving);
        }
        if (!stream.Peek(record.data(), RECORD_BYTES))
        {
            return;
        }
        stream.Skip(RECORD_BYTES);
        if (!m_opened)
        {
            m_opened = true;
            GetUser()->StreamOpened(DecodeOpening(record));
            continue;
        }
        m_arriving = DecodeItem(record);
        m_left = m_arriving.bytes;
        m_inMessage = true;
    }
}

double
LengthFraming::DoGetEfficiency(uint32_t) const
{
    return 1;
}

} // namespace ns3::cluster
